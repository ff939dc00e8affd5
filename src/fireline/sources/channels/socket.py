"""One WebSocket while it lasts: between the server and the application."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings as django_settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from fireline.answers.frames import close_code, frame
from fireline.errors import ErrorReport, complain, guarded, tell
from fireline.errors.catalog import Description
from fireline.errors.describe import description_of_status
from fireline.errors.reports import NOTHING
from fireline.logs import sockets as line
from fireline.metrics import sockets as figures
from fireline.metrics.families import endpoint_of
from fireline.scope import Scope, bound, current, enter, inside
from fireline.scope.ids import correlation_id_of
from fireline.sources.channels.handshake import Handshake
from fireline.sources.channels.limits import Limits
from fireline.sources.channels.message_types import type_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}").fullmatch  # RFC 9110, 5.6.2


class Socket:
    """
    Its ids and its state; what passes through `receive` and `send` keeps them up to date.

    A message that would be sent behind the end goes nowhere, on every server.
    """

    __slots__ = (
        "channel",
        "ended_with",
        "endpoint",
        "failure",
        "frames",
        "groups",
        "handshake",
        "has_consumer",
        "is_accepted",
        "is_closed",
        "is_connecting",
        "is_left",
        "is_logged",
        "limits",
        "lost",
        "said",
        "scope",
        "server_receive",
        "server_send",
        "types",
        "values",
        "verdict",
    )

    def __init__(self, asgi: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self.handshake = Handshake(asgi, self)
        self.scope = Scope(correlation_id_of(self.handshake.META), self.handshake)
        self.values: Mapping[str, Any] = NOTHING
        """What `connect` has bound, for every message that follows."""
        self.server_receive = receive
        self.server_send = send
        self.limits = Limits.of_settings()
        self.types: frozenset[str] = frozenset()
        self.endpoint = endpoint_of(self.handshake)
        self.channel = ""
        self.groups: set[str] | None = None
        self.frames = 0
        self.has_consumer = False
        self.is_connecting = False
        """Whether a consumer decides just now whether it accepts."""
        self.is_accepted = False
        self.is_closed = False
        """Whether the application has closed it."""
        self.is_left = False
        """Whether its client has."""
        self.is_logged = False
        self.lost: BaseException | None = None
        """What the server said when a message met a client that had gone."""
        self.ended_with: tuple[int | None, str] | None = None
        """The code, and the code of the report behind it."""
        self.failure: ErrorReport | None = None
        self.verdict: ErrorReport | None = None
        """What the service's own code has reported of this socket, and ends it."""
        self.said: ErrorReport | None = None
        """A verdict whose frame the service's own code has sent."""

    def is_channel(self, channel: str) -> bool:
        """Whether this is the channel of the socket's own consumer."""
        return bool(self.channel) and channel == self.channel

    async def receive(self) -> Message:
        """The next message that the application is to see."""
        while True:
            message = await self.server_receive()
            if message["type"] == "websocket.receive":
                if self.is_closed or (self.limits is not None and await self._is_refused(message)):
                    await asyncio.sleep(0)  # a flood must not keep the loop for itself
                    continue
                guarded(self._count, message)
            elif message["type"] == "websocket.disconnect":
                self.is_left = True
                self.ended_with = self.ended_with or (message.get("code"), "")
            return message

    def _count(self, message: Message) -> None:
        figures.count_message(type_of(message, self.types), self.endpoint)

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
            message = self._accepted(message)
        elif kind == "websocket.close":
            if not self.is_accepted:
                await self._denied(message)
                return
            self._ended(message.get("code", 1000))
        elif kind == "websocket.http.response.start":
            await self._told_of_denial(message["status"])
            await self._to_server(message)
            return
        await self._to_server(message)

    async def _to_server(self, message: Message) -> None:
        try:
            await self.server_send(message)
        except OSError as error:  # of ASGI 2.4, where the client is no longer there
            self.is_left = True
            self.lost = error
            raise

    def _accepted(self, message: Message) -> Message:
        self.is_accepted = True
        guarded(figures.count_open, 1)
        ours = (b"x-correlation-id", self.scope.correlation_id.encode())
        return {**message, "headers": [*(message.get("headers") or ()), ours]}

    def _ended(self, code: int | None, reason: str = "") -> None:
        self.is_closed = True
        self.ended_with = (code, reason)

    async def _denied(self, message: Message) -> None:
        """
        Let the client see that it is not let in, and why; a closed handshake shows a browser 1006.

        What no consumer has refused stays a handshake that fails with 403: OriginValidator's pages
        of others get no socket, not even for a moment.
        """
        code = message.get("code")
        report = self.verdict
        if report is None:
            status = code - 4000 if code is not None and 4400 <= code < 4500 else 403
            report = await self._told_of_denial(status)
        if self.is_connecting:
            await self.end(report, code if code is not None and code >= 4000 else None)
            return
        self._ended(None, report.code)
        await self._to_server(message)

    async def _told_of_denial(self, status: int) -> ErrorReport:
        return await self.told(None, description_of_status(status))

    async def told(
        self, error: BaseException | None, description: Description | None = None
    ) -> ErrorReport:
        """The report of this failure, told where the consumer's synchronous code runs."""
        report: ErrorReport = await database_sync_to_async(self.told_now)(error, description)
        return report

    def told_now(
        self,
        error: BaseException | None,
        description: Description | None = None,
        context: Mapping[str, Any] = NOTHING,
    ) -> ErrorReport:
        """The report of this failure of the socket, which every sink has now heard."""
        with translation.override(guarded(self._language)):
            report = tell(error, description=description, context=context)
        self.failure = report
        if (scope := current()) is not None:
            scope.failure = report
        guarded(figures.count_failure, report.code, self.endpoint)
        return report

    def _language(self) -> str | None:
        """The client's, where the service speaks to its clients in theirs."""
        if "django.middleware.locale.LocaleMiddleware" not in django_settings.MIDDLEWARE:
            return translation.get_language()
        return translation.get_language_from_request(self.handshake)

    async def say(self, report: ErrorReport) -> None:
        """Send the error frame, where anybody is left to read it."""
        if self.is_closed or self.is_left or report is self.said:
            return
        said = guarded(frame, report, self.handshake) or frame(report)
        text = json.dumps(said, cls=DjangoJSONEncoder)
        await self._last_words({"type": "websocket.send", "text": text})

    async def end(self, report: ErrorReport, code: int | None = None) -> None:
        """Send the error frame and close, accepting first where nobody has: else no client sees it."""
        if self.is_closed or self.is_left:
            return
        if not self.is_accepted:
            offered = self.handshake.asgi.get("subprotocols") or [""]
            # A browser that has offered some takes a socket only with one of them.
            chosen = offered[0] if _is_token(offered[0]) else None
            accept = {"type": "websocket.accept", "subprotocol": chosen}
            await self._last_words(self._accepted(accept))
        await self.say(report)
        await self._close(report, code or close_code(report))

    async def _close(self, report: ErrorReport, code: int) -> None:
        if self.is_left:
            return
        self._ended(code, report.code)
        try:
            await self._to_server(_closing(code, report))
        except OSError:
            return
        except Exception:  # Daphne sends no 1011 and no 1013 for an application
            self._ended(4000 + report.status, report.code)
            await self._last_words(_closing(4000 + report.status, report))

    async def _last_words(self, message: Message) -> None:
        try:
            await self._to_server(message)
        except OSError:
            return
        except Exception as error:  # a server with rules of its own
            self.is_left = True
            complain("WebSocket", error)

    def enter_message(self, message: Mapping[str, Any]) -> None:
        """
        Be in a scope of this message's own.

        A message of a channel layer goes on under its sender's id; whose socket it met is bound.
        """
        correlation_id = self.scope.correlation_id
        values = dict(self.values)
        if sent := getattr(message, "correlation_id", None):
            values["socket_id"] = correlation_id
            correlation_id = correlation_id_of({"HTTP_X_CORRELATION_ID": sent})
        elif message["type"] == "websocket.receive":
            self.frames += 1
            values["message_id"] = f"{correlation_id}-{self.frames}"
        enter(Scope(correlation_id, self.handshake), values)

    def leave_message(self) -> None:
        """Be in the socket's scope again; what `connect` has bound stays."""
        if self.is_connecting:
            self.is_connecting = False
            self.values = bound()
        enter(self.scope, self.values)

    def over(self) -> None:
        """Count and log how it has ended, once everything else is done."""
        code, reason = self.ended_with or (None, "")
        if self.is_accepted:
            figures.count_open(-1)
        figures.count_close(code, reason, is_ours=self.is_closed)
        if not self.is_logged:
            more: dict[str, Any] = {
                "duration_ms": int(self.scope.lasted() * 100_000) / 100,
                "messages": self.frames,
            }
            if self.failure is not None:
                more |= {"error_id": self.failure.error_id, "code": self.failure.code}
            line.write(code, self.handshake, **more)
        self.handshake.socket = None


def _closing(code: int, report: ErrorReport) -> Message:
    return {"type": "websocket.close", "code": code, "reason": report.code}
