"""Consumers, watched from message to message."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import markcoroutinefunction, sync_to_async
from channels import consumer as channels_consumer
from channels.consumer import AsyncConsumer
from channels.exceptions import DenyConnection, StopConsumer
from channels.security.websocket import WebsocketDenier
from django.db import close_old_connections

from fireline import conf
from fireline.answers.frames import is_last
from fireline.errors import ErrorReport, complain
from fireline.errors.describe import description_of_status
from fireline.sources.channels import lanes
from fireline.sources.channels.handshake import match_of
from fireline.sources.channels.layers import unsigned
from fireline.sources.channels.malformed import malformed
from fireline.sources.channels.message_types import types_known_to
from fireline.sources.channels.routes import route_of
from fireline.sources.channels.socket import Socket, socket_here
from fireline.sources.channels.wire import Message, Receive, Send

Dispatch = Callable[[Message], Awaitable[None]]

_own_call = AsyncConsumer.__call__


@markcoroutinefunction
def _call(consumer: AsyncConsumer, scope: Any, receive: Receive, send: Send) -> Awaitable[None]:
    """Channels' own, whose handlers are watched where it serves a socket that is under watch."""
    socket = socket_here()
    if socket and socket.consumer is None and not isinstance(consumer, WebsocketDenier):
        # Without limits each message is noted in its handler: a coroutine less for each socket.
        notes = socket.limits is None and receive == socket.receive
        socket.consumer = WatchedHandlers(socket, consumer, scope, notes=notes)
        receive = socket.server_receive if notes else receive
    served: Awaitable[None] = _own_call(consumer, scope, receive, send)
    return served  # not awaited: a frame less for each socket


def install() -> None:
    """Take the place of Channels' own."""
    AsyncConsumer.__call__ = _call
    # Channels makes this anew for each message, which takes longer than all that is done here.
    channels_consumer.aclose_old_connections = sync_to_async(close_old_connections)


class WatchedHandlers:
    """One consumer and its socket: what it raises becomes an error frame, and it is cleaned up behind."""

    __slots__ = ("consumer", "is_over", "notes", "own_dispatch", "socket")

    def __init__(self, socket: Socket, consumer: AsyncConsumer, scope: Any, *, notes: bool) -> None:
        self.socket = socket
        self.notes = notes
        self.consumer = consumer
        self.is_over = False
        """Whether its `disconnect` has been called, or it has stopped by itself."""
        self.own_dispatch: Dispatch = consumer.dispatch
        consumer.__dict__["dispatch"] = self.dispatch
        cls: Any = type(consumer)
        route = route_of(socket, scope)
        if route is not None:
            socket.handshake.resolver_match = match = match_of(route, cls)
            socket.endpoint = match.endpoint
        if (user := scope.get("user")) is not None:
            socket.handshake.user = user
        socket.types = types_known_to(cls)

    def owns(self, channel: str) -> bool:
        """Whether this is the channel on which the consumer itself hears."""
        return channel == getattr(self.consumer, "channel_name", None)

    async def dispatch(self, message: Message) -> None:
        """
        Let the consumer handle this message, and answer for it where it fails.

        StopConsumer and cancellation pass.
        """
        socket, kind = self.socket, message["type"]
        message = unsigned(message)
        if self.notes:
            if socket.is_closed and kind == "websocket.receive":
                return
            socket.note(message)
        if kind == "websocket.connect":
            socket.is_connecting = True
            socket.channel = getattr(self.consumer, "channel_name", "")
        elif kind == "websocket.disconnect":
            self.is_over = True
        socket.enter_message(message)
        try:
            lane = lanes.take()
            try:
                await self.own_dispatch(message)
            finally:
                lanes.give_back(lane)
            last = socket.verdict
        except StopConsumer:
            self.is_over = True
            raise
        except Exception as error:
            last = await self._answered(error, message)
        finally:
            was_connecting = socket.is_connecting
            socket.leave_message()
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
        if self.is_over or not hasattr(self.consumer, "websocket_disconnect"):
            return
        self.is_over = True
        code, _ = self.socket.ended_with or (1006, "")
        lane = lanes.take()
        try:
            await self.own_dispatch({"type": "websocket.disconnect", "code": code})
        except StopConsumer:
            return
        except Exception as error:
            self.mention("disconnect() failed", error)
        finally:
            lanes.give_back(lane)

    def mention(self, what: str, error: Exception) -> None:
        """Log what has failed behind the end, where it is a consequence and no report."""
        failure = self.socket.failure
        behind = failure.error_id if failure else "the end"
        logger = logging.getLogger(f"{conf.current().service}.sockets")
        logger.warning("%s after %s", what, behind, exc_info=error)

    async def release(self) -> None:
        """Let go of the consumer, and leave every group: its messages would go to nobody for a day."""
        self.consumer.__dict__.pop("dispatch", None)
        for group in tuple(self.socket.groups or ()):
            try:
                await self.consumer.channel_layer.group_discard(group, self.socket.channel)
            except Exception as error:
                complain("leaving a group", error)
