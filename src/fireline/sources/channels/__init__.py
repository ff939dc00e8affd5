"""
Channels: WebSockets fail as everything else does, and stay open where they can.

`watch_sockets` watches a whole ASGI application, `WatchedConsumer` one consumer.
"""

from fireline.sources.channels.handler import WebSocketErrorHandler
from fireline.sources.channels.install import install
from fireline.sources.channels.watch import WatchedConsumer, watch_sockets

__all__ = ["WatchedConsumer", "WebSocketErrorHandler", "install", "watch_sockets"]
