"""How much more may be written: one budget for all processes of a host, without a lock between them."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fireline.tracker.spool import directory, positions
from fireline.tracker.spool.entry import FullError, crowded
from fireline.tracker.spool.lots import crowding

_LOOK_AGAIN = 1.0
_STILL_FULL = 0.1
_PART = 16
"""The budget may be exceeded by a sixteenth: what all processes together may write without looking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is not done yet."""

    bytes: dict[str, int]
    """Of each lot."""
    writers: int
    """How many processes have written it, about."""


class Room:
    """
    What this process may write before it looks again at what all have written.

    A look costs tens of microseconds, so it takes a share of what is free for the next second. Who
    finds less than its entry free writes nothing, nor does a lot that has more waiting than is free.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._share = 0
        self._until = 0.0
        self._crowding: frozenset[str] = frozenset()
        self._refused = (0, 0.0)
        """A size for which there was no room, and until when there is none."""

    def claim(self, size: int, lot: str) -> None:
        """Take so many bytes of it; raises FullError where there are not so many for this lot."""
        now = time.monotonic()
        if size > self._share or now >= self._until:
            self._look(size, now)
        if lot in self._crowding:
            raise crowded(str(self._path))
        self._share -= size

    def _look(self, size: int, now: float) -> None:
        refused, until = self._refused
        if now < until and size >= refused:
            raise self._full()
        waiting = waiting_in(self._path)
        free = self._limit - sum(waiting.bytes.values())
        if size > free:
            self._refused = (size, now + _STILL_FULL)
            raise self._full()
        self._share = max(size, min(free, self._limit // _PART) // max(waiting.writers, 1))
        self._until = now + _LOOK_AGAIN
        self._crowding = frozenset(crowding(waiting.bytes, free))

    def _full(self) -> FullError:
        return FullError(
            f"The spool {self._path} is full: {self._limit / 1024**2:.4g} MB wait for the digest. See "
            "whether it runs (manage.py fireline_worker), or raise FIRELINE['TRACKER_SPOOL_MB']."
        )


def waiting_in(path: Path) -> Waiting:
    """What the files say that all processes have written, and the digest has not done."""
    sizes = directory.sizes(path)
    done = positions.read(path).segments
    waiting: Counter[str] = Counter()
    for segment, size in sizes.items():
        position = done.get(segment.name)
        waiting[segment.lot] += max(size - position.done, 0) if position else size
    return Waiting(bytes=waiting, writers=len({segment.mark for segment in sizes}))
