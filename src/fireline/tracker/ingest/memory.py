"""How much memory the bodies of all requests may take together."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import MEBIBYTE

LITTLE = MEBIBYTE
"""Bytes that every request may take."""

LARGE_AT_A_TIME = 2
"""Requests of this process that may take more at the same time: an archive of 500 bytes may hold 32 MiB."""

_PATIENCE = 5.0

_large = BoundedSemaphore(LARGE_AT_A_TIME)


class Memory:
    """What one request takes."""

    def __init__(self) -> None:
        self.is_large = False

    def grow_to(self, size: int) -> None:
        """Take so many bytes, at the latest when others have given theirs back; raises Refused."""
        if size <= LITTLE or self.is_large:
            return
        if not _large.acquire(timeout=_PATIENCE):
            raise Refused(
                429, "busy", "Too many large envelopes come at once.", retry_after=_PATIENCE
            )
        self.is_large = True


@contextmanager
def held() -> Iterator[Memory]:
    """The memory of one request, until the end of the block."""
    memory = Memory()
    try:
        yield memory
    finally:
        if memory.is_large:
            _large.release()
