"""Consumers, watched from message to message."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import markcoroutinefunction
from channels.consumer import AsyncConsumer
from channels.exceptions import DenyConnection, StopConsumer
from channels.security.websocket import WebsocketDenier

from fireline import conf
from fireline.answers.frames import is_last
from fireline.errors import ErrorReport, complain
from fireline.errors.describe import description_of_status
from fireline.metrics.families import endpoint_of
from fireline.sources.channels import lanes
from fireline.sources.channels.handshake import match_of, socket_here
from fireline.sources.channels.malformed import malformed
from fireline.sources.channels.message_types import types_known_to
from fireline.sources.channels.routes import route_of
from fireline.sources.channels.socket import Socket
from fireline.sources.channels.wire import Message, Receive, Send

Dispatch = Callable[[Message], Awaitable[None]]

_own_call = AsyncConsumer.__call__


@markcoroutinefunction
def _call(consumer: AsyncConsumer, scope: Any, receive: Receive, send: Send) -> Awaitable[None]:
    """Channels' own, whose handlers are watched where it serves a socket that is under watch."""
    socket = socket_here()
    if socket and socket.consumer is None and not isinstance(consumer, WebsocketDenier):
        socket.consumer = WatchedHandlers(socket, consumer, scope)
    served: Awaitable[None] = _own_call(consumer, scope, receive, send)
    return served  # not awaited: a frame less for each socket


def install() -> None:
    """Take the place of Channels' own."""
    AsyncConsumer.__call__ = _call


class WatchedHandlers:
    """One consumer and its socket: what it raises becomes an error frame, and it is cleaned up behind."""

    __slots__ = ("consumer", "is_cleaned", "own_dispatch", "socket")

    def __init__(self, socket: Socket, consumer: AsyncConsumer, scope: Any) -> None:
        self.socket = socket
        self.consumer = consumer
        self.is_cleaned = False
        self.own_dispatch: Dispatch = consumer.dispatch
        consumer.__dict__["dispatch"] = self.dispatch
        cls: Any = type(consumer)
        route = route_of(socket, scope)
        if route is not None:
            socket.handshake.resolver_match = match_of(route, cls)
            socket.endpoint = endpoint_of(socket.handshake)
        if (user := scope.get("user")) is not None:
            socket.handshake.user = user
        socket.types = types_known_to(cls)

    async def dispatch(self, message: Message) -> None:
        """
        Let the consumer handle this message, and answer for it where it fails.

        StopConsumer and cancellation pass.
        """
        socket, kind = self.socket, message["type"]
        socket.is_connecting = kind == "websocket.connect"
        self.is_cleaned = kind == "websocket.disconnect"
        socket.channel = socket.channel or getattr(self.consumer, "channel_name", "")
        lane = lanes.take()
        socket.enter_message(message)
        try:
            await self.own_dispatch(message)
            last = socket.verdict
        except StopConsumer:
            raise
        except Exception as error:
            last = await self._answered(error, message)
        finally:
            was_connecting = socket.is_connecting
            socket.leave_message()
            lanes.give_back(lane)
        if kind == "websocket.disconnect":
            raise StopConsumer
        if last is not None:
            await self.end(last)
            raise StopConsumer
        if was_connecting and socket.is_closed:  # it was not let in
            await self._clean_up()
            raise StopConsumer

    async def _answered(self, error: Exception, message: Message) -> ErrorReport | None:
        """The report that ends the socket, now told; None where it goes on."""
        socket, kind = self.socket, message["type"]
        if error is socket.lost:  # the client has left in the middle; that is no failure
            return None
        if isinstance(error, DenyConnection):
            return socket.verdict or await socket.told(error, description_of_status(403))
        report = await socket.told(error, malformed(error, message))
        if kind == "websocket.disconnect":
            return None
        if socket.is_connecting or is_last(report):
            return report
        await socket.say(report)
        return None

    async def end(self, report: ErrorReport) -> None:
        """Close the socket over this failure, and let the consumer clean up."""
        await self.socket.end(report)
        await self._clean_up()

    async def _clean_up(self) -> None:
        """
        The consumer's own `disconnect`, which nobody would call any more.

        What fails in it is a consequence, and no report: a consumer that was never connected has
        nothing of what it would put away.
        """
        if self.is_cleaned or not hasattr(self.consumer, "websocket_disconnect"):
            return
        self.is_cleaned = True
        code, _ = self.socket.ended_with or (1006, "")
        lane = lanes.take()
        try:
            await self.own_dispatch({"type": "websocket.disconnect", "code": code})
        except StopConsumer:
            return
        except Exception as error:
            failure = self.socket.failure
            what = failure.error_id if failure else "the end"
            _log().warning("disconnect() failed after %s", what, exc_info=error)
        finally:
            lanes.give_back(lane)

    async def release(self) -> None:
        """Let go of the consumer, and leave every group: its messages would go to nobody for a day."""
        self.consumer.__dict__.pop("dispatch", None)
        for group in tuple(self.socket.groups or ()):
            try:
                await self.consumer.channel_layer.group_discard(group, self.socket.channel)
            except Exception as error:
                complain("leaving a group", error)


def _log() -> logging.Logger:
    return logging.getLogger(f"{conf.current().service}.sockets")
