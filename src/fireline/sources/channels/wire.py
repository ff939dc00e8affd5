"""What lies between a server and a socket: how far it has come, and the last things that are sent."""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from fireline.errors import complain, guarded
from fireline.metrics import sockets as figures

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}").fullmatch  # RFC 9110, 5.6.2


class Wire:
    """The connection to a server (ASGI, WebSocket): https://asgi.readthedocs.io/en/latest/specs/www.html#websocket"""

    __slots__ = (
        "ended_with",
        "is_accepted",
        "is_closed",
        "is_left",
        "lost",
        "server_receive",
        "server_send",
    )

    def __init__(self, receive: Receive, send: Send) -> None:
        self.server_receive = receive
        self.server_send = send
        self.is_accepted = False
        self.is_closed = False
        """Whether the application has closed it."""
        self.is_left = False
        """Whether its client has."""
        self.lost: BaseException | None = None
        """What the server said when a message met a client that had gone."""
        self.ended_with: tuple[int | None, str] | None = None
        """The code of the close, and that of the report behind it."""

    @property
    def is_over(self) -> bool:
        """Whether nobody would hear what is sent now."""
        return self.is_closed or self.is_left

    async def to_server(self, message: Message) -> None:
        """Send what the application says."""
        try:
            await self.server_send(message)
        except OSError as error:
            self.lose(error)
            raise

    def lose(self, error: OSError) -> None:
        """Note that the client is no longer there, as servers of ASGI 2.4 say it."""
        self.is_left = True
        self.lost = error
        self.ended_with = self.ended_with or (1006, "")

    def accepted(self, message: Message, correlation_id: str) -> Message:
        """The application's word that it accepts, with the id as a header."""
        self.is_accepted = True
        guarded(figures.count_open, 1)
        ours = (b"x-correlation-id", correlation_id.encode())
        return {**message, "headers": [*(message.get("headers") or ()), ours]}

    def ended(self, code: int | None, reason: str = "") -> None:
        """Note that the application ends it so."""
        self.is_closed = True
        self.ended_with = (code, reason)

    async def accept(self, asgi: Mapping[str, Any], correlation_id: str) -> None:
        """Accept in the application's place, so that a client can see what follows."""
        offered = asgi.get("subprotocols") or [""]
        # A browser that has offered some takes a socket only with one of them.
        chosen = offered[0] if _is_token(offered[0]) else None
        word: Message = {"type": "websocket.accept", "subprotocol": chosen}
        await self.last_words(self.accepted(word, correlation_id))

    async def close(self, code: int, reason: str, otherwise: int) -> None:
        """Close with this code, or with the other one: Daphne sends no 1011 or 1013 for an application."""
        if self.is_left:
            return
        self.ended(code, reason)
        try:
            await self.to_server(_close(code, reason))
        except OSError:
            return
        except Exception:
            self.ended(otherwise, reason)
            await self.last_words(_close(otherwise, reason))

    async def last_words(self, message: Message) -> None:
        """Send this, whether or not somebody is there."""
        try:
            await self.to_server(message)
        except OSError:
            return
        except Exception as error:  # a server with rules of its own
            self.is_left = True
            complain("WebSocket", error)


def _close(code: int, reason: str) -> Message:
    return {"type": "websocket.close", "code": code, "reason": reason}
