"""How much more may be written: one budget for all processes of a host, without a lock between them."""

import time
from pathlib import Path

from fireline.tracker.spool import directory, positions
from fireline.tracker.spool.entry import FullError

_LOOK_AGAIN = 1.0
_STILL_FULL = 0.1
_PART = 16
"""The budget may be exceeded by a sixteenth: what all processes together may write without looking."""


class Room:
    """
    What this process may write before it looks again at what all have written.

    A look costs tens of microseconds, so it takes a share of what is free for the next second. Who
    finds less than its entry free writes nothing.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._share = 0
        self._until = 0.0
        self._refused = (0, 0.0)
        """A size for which there was no room, and until when there is none."""

    def claim(self, size: int) -> None:
        """Take so many bytes of it; raises FullError where there are not so many."""
        now = time.monotonic()
        if size > self._share or now >= self._until:
            self._look(size, now)
        self._share -= size

    def _look(self, size: int, now: float) -> None:
        refused, until = self._refused
        if now < until and size >= refused:
            raise self._full()
        waiting, writers = waiting_in(self._path)
        free = self._limit - waiting
        if size > free:
            self._refused = (size, now + _STILL_FULL)
            raise self._full()
        self._share = max(size, min(free, self._limit // _PART) // max(writers, 1))
        self._until = now + _LOOK_AGAIN

    def _full(self) -> FullError:
        return FullError(
            f"The spool {self._path} is full: {self._limit / 1024**2:.4g} MB wait for the digest. See "
            "whether it runs (manage.py fireline_worker), or raise FIRELINE['TRACKER_SPOOL_MB']."
        )


def waiting_in(path: Path) -> tuple[int, int]:
    """The bytes that are not done yet, and of how many writers."""
    sizes = directory.sizes(path)
    done = positions.read(path).segments
    waiting = sum(
        max(size - done[segment.name].done, 0) if segment.name in done else size
        for segment, size in sizes.items()
    )
    return waiting, len({segment.mark for segment in sizes})
