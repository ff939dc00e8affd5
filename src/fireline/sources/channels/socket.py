"""One WebSocket while it lasts: its ids, what it has said, what is to be said of it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from channels.db import database_sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from fireline.answers.frames import close_code, frame
from fireline.errors import ErrorReport, complain, guarded, tell
from fireline.errors.catalog import Description
from fireline.errors.describe import description_of_status
from fireline.errors.reports import NOTHING
from fireline.metrics import sockets as figures
from fireline.metrics.families import endpoint_of
from fireline.scope import Scope, bound, current, enter, hold, inside
from fireline.scope.ids import correlation_id_of
from fireline.sources.channels import lanes
from fireline.sources.channels.handshake import Handshake, language_of
from fireline.sources.channels.limits import Limits
from fireline.sources.channels.message_types import type_of
from fireline.sources.channels.wire import Message, Receive, Send, Wire

_NOTHING: dict[str, Any] = {}  # copied for each message: of a dict that is cheap


class Socket(Wire):
    """
    What the application has in the place of the server's `receive` and `send`.

    A message that would be sent behind the end goes nowhere, on every server.
    """

    __slots__ = (
        "channel",
        "consumer",
        "endpoint",
        "failure",
        "frames",
        "groups",
        "handshake",
        "is_connecting",
        "is_logged",
        "limits",
        "routers",
        "said",
        "scope",
        "types",
        "values",
        "verdict",
    )

    def __init__(self, asgi: Mapping[str, Any], receive: Receive, send: Send) -> None:
        super().__init__(receive, send)
        self.handshake = Handshake(asgi, self)
        self.scope = Scope(correlation_id_of(self.handshake.META), self.handshake)
        self.values = _NOTHING
        """What `connect` has bound, for every message that follows."""
        self.limits = Limits.of_settings()
        self.types: frozenset[str] = frozenset()
        self.endpoint = endpoint_of(self.handshake)
        self.routers: list[tuple[Any, str]] | None = None
        """Those that it comes through, each with the path that it was given, until there is a consumer."""
        self.consumer: Any = None
        """The watched consumer that serves it."""
        self.channel = ""
        self.groups: set[str] | None = None
        self.frames = 0
        self.is_connecting = False
        """Whether a consumer decides just now whether it accepts."""
        self.is_logged = False
        self.failure: ErrorReport | None = None
        self.verdict: ErrorReport | None = None
        """What the service's own code has reported of this socket, and ends it."""
        self.said: ErrorReport | None = None
        """A verdict whose frame the service's own code has sent."""

    async def receive(self) -> Message:
        """The next message that the application is to see."""
        while True:
            message = await self.server_receive()
            if message["type"] == "websocket.receive" and (
                self.is_closed or (self.limits is not None and await self._is_refused(message))
            ):
                await asyncio.sleep(0)  # a flood must not keep the loop for itself
                continue
            self.note(message)
            return message

    def note(self, message: Message) -> None:
        """Count what the client says, or see that it has left."""
        if message["type"] == "websocket.receive":
            try:
                figures.count_message(type_of(message, self.types), self.endpoint)
            except Exception as error:
                complain("counting a message", error)
        elif message["type"] == "websocket.disconnect":
            self.is_left = True
            self.ended_with = self.ended_with or (message.get("code"), "")

    async def _is_refused(self, message: Message) -> bool:
        if self.limits is None or (why := self.limits.refused(message)) is None:
            return False
        if self.limits.is_due():
            with inside(Scope(self.scope.correlation_id, self.handshake), self.values):
                await self.say(await self.told(None, why))
        return True

    async def send(self, message: Message) -> None:
        """What the application says, to the server."""
        kind = message["type"]
        if self.is_closed or self.is_left:
            return
        if kind == "websocket.send":
            if self.verdict is not None and self.verdict.error_id in (message.get("text") or ""):
                self.said = self.verdict
        elif kind == "websocket.accept":
            message = self.accepted(message, self.scope.correlation_id)
        elif kind == "websocket.close":
            if not self.is_accepted:
                await self._deny(message)
                return
            self.ended(message.get("code", 1000))
        elif kind == "websocket.http.response.start":
            await self.told(None, description_of_status(message["status"]))
        try:
            await self.server_send(message)
        except OSError as error:
            self.lose(error)
            raise

    async def _deny(self, message: Message) -> None:
        """
        Let the client see that it is not let in, and why; a handshake that fails shows a browser 1006.

        What no consumer has refused stays a handshake that fails with 403: OriginValidator's pages
        of others get no socket, not even for a moment.
        """
        code = message.get("code") or 0
        report = self.verdict
        if report is None:
            status = code - 4000 if 4400 <= code < 4500 else 403
            report = await self.told(None, description_of_status(status))
        if self.is_connecting:
            await self.end(report, code if code >= 4000 else None)
            return
        self.ended(None, report.code)
        await self.to_server(message)

    async def told(
        self, error: BaseException | None, description: Description | None = None
    ) -> ErrorReport:
        """The report of this failure; told in a thread, for sinks may wait for something."""
        lane = lanes.take()
        try:
            report: ErrorReport = await database_sync_to_async(self.told_now)(error, description)
            return report
        finally:
            lanes.give_back(lane)

    def told_now(
        self,
        error: BaseException | None,
        description: Description | None = None,
        context: Mapping[str, Any] = NOTHING,
    ) -> ErrorReport:
        """The report of this failure of the socket, which every sink has now heard."""
        with translation.override(guarded(language_of, self.handshake)):
            report = tell(error, description=description, context=context)
        self.failure = report
        if (scope := current()) is not None:
            scope.failure = report
        guarded(figures.count_failure, report.code, self.endpoint)
        return report

    async def say(self, report: ErrorReport) -> None:
        """Send the error frame, where anybody is left to read it."""
        if self.is_over or report is self.said:
            return
        said = guarded(frame, report, self.handshake) or frame(report)
        text = json.dumps(said, cls=DjangoJSONEncoder)
        await self.last_words({"type": "websocket.send", "text": text})

    async def end(self, report: ErrorReport, code: int | None = None) -> None:
        """Send the error frame and close, accepting first where nobody has: else no client sees it."""
        if self.is_over:
            return
        if not self.is_accepted:
            await self.accept(self.handshake.asgi, self.scope.correlation_id)
        await self.say(report)
        await self.close(code or close_code(report), report.code, 4000 + report.status)

    def enter_message(self, message: Mapping[str, Any]) -> None:
        """
        Bind the message's id; a task that it starts keeps it.

        A message of a channel layer goes on under its sender's id; whose socket it met is bound.
        """
        own_id = self.scope.correlation_id
        if message["type"] == "websocket.receive":
            self.frames += 1
            hold({**self.values, "message_id": f"{own_id}-{self.frames}"})
            return
        hold(self.values)
        if sent := getattr(message, "correlation_id", None):
            sender = Scope(correlation_id_of({"HTTP_X_CORRELATION_ID": sent}), self.handshake)
            enter(sender, {**self.values, "socket_id": own_id})

    def leave_message(self) -> None:
        """Keep what `connect` has bound, and forget what was told and noted: ten thousand sockets wait."""
        if self.is_connecting:
            self.is_connecting = False
            self.values = dict(bound()) or _NOTHING
        self.scope.told = self.scope.crumbs = self.scope.captured = None
        if current() is not self.scope:
            enter(self.scope, self.values)


def socket_here() -> Socket | None:
    """The socket that is served here; None elsewhere."""
    scope = current()
    request = None if scope is None else scope.request
    socket = request.socket if isinstance(request, Handshake) else None
    return socket if isinstance(socket, Socket) else None
