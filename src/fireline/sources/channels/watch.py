"""What puts sockets under watch: a whole application, or one consumer."""

from typing import Any

from fireline.errors import complain, guarded, kind_named
from fireline.errors.catalog import Description
from fireline.scope import enter, leave
from fireline.sources.channels.handshake import socket_here
from fireline.sources.channels.install import install
from fireline.sources.channels.routes import is_no_route
from fireline.sources.channels.socket import Receive, Send, Socket


def watch_sockets(application: Any) -> Any:
    """
    The ASGI application, whose WebSockets have ids, figures and error frames; all else passes.

    The outermost of its wrappers, in asgi.py::

        application = watch_sockets(ProtocolTypeRouter({"http": ..., "websocket": ...}))
    """
    install()

    async def watched(scope: Any, receive: Receive, send: Send) -> Any:
        if scope["type"] != "websocket" or socket_here() is not None:
            return await application(scope, receive, send)
        await _serve(application, scope, receive, send)
        return None

    return watched


class WatchedConsumer:
    """
    A consumer whose sockets are under watch, without a word in asgi.py; put it first::

        class Feed(WatchedConsumer, AsyncJsonWebsocketConsumer): ...
    """

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve a socket."""
        await watch_sockets(super().__call__)(scope, receive, send)  # type: ignore[misc]


async def _serve(application: Any, scope: Any, receive: Receive, send: Send) -> None:
    socket = Socket(scope, receive, send)
    enter(socket.scope)
    try:
        await application(scope, socket.receive, socket.send)
    except Exception as error:
        await _answer(socket, error)
    finally:
        guarded(socket.over)
        leave()


async def _answer(socket: Socket, error: Exception) -> None:
    """End a socket over what no consumer has raised: its middleware, its router."""
    if error is socket.lost:
        return
    description = None
    if not socket.has_consumer and is_no_route(error):
        description = Description(kind=kind_named("NOT_FOUND"))
    try:
        await socket.end(await socket.told(error, description))
    except Exception as failure:
        complain("WebSocket", failure)
