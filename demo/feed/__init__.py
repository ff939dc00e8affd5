"""What happens with customers, live: a page, and the WebSocket behind it."""
