"""The project: settings, addresses, the frame of its pages, and the command that serves it."""
