"""How much one socket may say."""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any, Self

from fireline import conf
from fireline.errors import kind_named
from fireline.errors.catalog import Description


class Limits:
    """The messages and bytes that one socket has left: as much as it may say in one second, refilled."""

    __slots__ = ("bytes_left", "dropped", "messages_left", "since", "told_at")

    def __init__(self, messages: float, size: float) -> None:
        self.messages_left = messages
        self.bytes_left = size
        self.since = monotonic()
        self.told_at = float("-inf")
        self.dropped = 0

    @classmethod
    def of_settings(cls) -> Self | None:
        """New ones as the settings say; None where there are none."""
        settings = conf.current()
        messages = settings.WEBSOCKET_MESSAGES_PER_SECOND or float("inf")
        size = settings.WEBSOCKET_BYTES_PER_SECOND or float("inf")
        return None if messages == size == float("inf") else cls(messages, size)

    def refused(self, message: Mapping[str, Any]) -> Description | None:
        """
        Why this message is dropped; None where it is let through.

        A flood would be answered by a flood: `is_due` says whether this one is to be told.
        """
        settings, now = conf.current(), monotonic()
        messages = settings.WEBSOCKET_MESSAGES_PER_SECOND or float("inf")
        allowed = settings.WEBSOCKET_BYTES_PER_SECOND or float("inf")
        passed, self.since = now - self.since, now
        self.messages_left = min(max(messages, 1.0), self.messages_left + passed * messages)
        self.bytes_left = min(allowed, self.bytes_left + passed * allowed)
        size = _size(message)
        if size > allowed:
            self.dropped += 1
            # No waiting would help.
            return Description(
                kind=kind_named("PAYLOAD_TOO_LARGE"),
                details={"bytes": size, "bytes_at_most": int(allowed)},
            )
        if self.messages_left >= 1.0 and self.bytes_left >= size:
            self.messages_left -= 1.0
            self.bytes_left -= size
            return None
        self.dropped += 1
        return Description(
            kind=kind_named("RATE_LIMITED"),
            details={"dropped": self.dropped},
            retry_after=timedelta(seconds=1),
        )

    def is_due(self) -> bool:
        """Whether a second has passed since a dropped message was told; from now on it is."""
        now = monotonic()
        if now - self.told_at < 1.0:
            return False
        self.told_at = now
        self.dropped = 0
        return True


def _size(message: Mapping[str, Any]) -> int:
    text = message.get("text")
    if text is None:
        return len(message.get("bytes") or b"")
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
