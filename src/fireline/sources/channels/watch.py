"""What puts sockets under watch: a whole application, or one consumer."""

from typing import Any

from fireline.errors import complain, guarded, kind_named
from fireline.errors.catalog import Description
from fireline.logs import sockets as line
from fireline.metrics import sockets as figures
from fireline.scope import enter, leave
from fireline.sources.channels.install import install
from fireline.sources.channels.routes import is_no_route
from fireline.sources.channels.socket import Socket, socket_here
from fireline.sources.channels.wire import Receive, Send


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
        socket = Socket(scope, receive, send)
        enter(socket.scope)
        try:
            await application(scope, socket.receive, socket.send)
        except Exception as error:
            await _answer(socket, error)
        finally:
            enter(socket.scope, socket.values)
            if socket.consumer is not None:
                await socket.consumer.release()
            guarded(_over, socket)
            leave()
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


async def _answer(socket: Socket, error: Exception) -> None:
    """End a socket over what no handler has raised: its middleware, its router, the channel layer."""
    if error is socket.lost:
        return
    if socket.consumer is not None and socket.consumer.is_over:
        # As a client of Redis does that is cancelled at the wrong moment, and times out later.
        socket.consumer.mention("leaving the channel layer failed", error)
        return
    description = None
    if socket.consumer is None and is_no_route(error):
        description = Description(kind=kind_named("NOT_FOUND"))
    try:
        report = await socket.told(error, description)
        # With a consumer it was not in a handler: the channel layer is away.
        await (socket.consumer or socket).end(report)
    except Exception as failure:
        complain("WebSocket", failure)


def _over(socket: Socket) -> None:
    """Count and log how it has ended, once everything else is done."""
    code, reason = socket.ended_with or (None, "")
    if socket.is_accepted:
        figures.count_open(-1)
    figures.count_close(code, reason, is_ours=socket.is_closed)
    if not socket.is_logged:
        more: dict[str, Any] = {
            "duration_ms": int(socket.scope.lasted() * 100_000) / 100,
            "messages": socket.frames,
        }
        if socket.failure is not None:
            more |= {"error_id": socket.failure.error_id, "code": socket.failure.code}
        line.write(code, socket.handshake, **more)
    socket.handshake.socket = None
