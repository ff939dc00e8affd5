"""What a digester takes out of the segments of all processes, and what it has in its hands."""

import heapq
import os
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from fireline.tracker.spool import broken, directory, frames, positions
from fireline.tracker.spool.directory import Segment, opened
from fireline.tracker.spool.entry import Taken
from fireline.tracker.spool.frames import Gap, Head
from fireline.tracker.spool.locks import lock, unlock
from fireline.tracker.spool.log import Log
from fireline.tracker.spool.positions import Positions

LOCK = "reader.lock"
_RECEIVED_BEFORE = 10.0
"""Seconds that may lie between an entry's time and the writing of it, for the order to be right."""
_OPEN_AT_MOST = 128
"""Segments at once: a process may have 1,024 files, and the service's own requests need some."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry lies."""

    segment: str
    start: int
    end: int


class Reader:
    """
    Takes entries, the oldest first, and remembers what is done.

    One reader at a time: from the first entry in its hands to the last it holds a lock, and others
    find nothing. The kernel frees it when its process dies; then the next takes the same entries.
    Not safe for threads: its spool sees to that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None
        self._positions = Positions()
        self._in_hands: set[Place] = set()
        self._ended: set[str] = set()
        """Segments without a writer, of which entries are in its hands."""
        self._is_written = True

    def take(self, limit: int, max_bytes: int) -> list[Taken]:
        """At most so many, but one at least where any waits and nobody else reads."""
        if not self._begins():
            return []
        try:
            taken = self._batch(limit, max_bytes)
            for each in taken:
                self._in_hands.add(each.place)
                self._positions.of(each.place.segment).attempts[each.place.start] = each.attempts
            if taken or not self._is_written:
                self._write()
        finally:
            self._ends()
        return taken

    def done(self, taken: Sequence[Taken]) -> bool:
        """Never hand these out again; whether the next reader knows that, too."""
        if not self._begins():
            return False  # it was closed, and another reader has them now
        try:
            for place in (each.place for each in taken):
                self._positions.of(place.segment).finish(place.start, place.end)
                self._in_hands.discard(place)
            self._write()
            for name in {each.place.segment for each in taken} & self._ended:
                self._delete_finished(Segment.named(name))
            return self._is_written
        finally:
            self._ends()

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Hand these out again, as if they had not been taken."""
        if not self._begins():
            return
        try:
            for each in taken:
                attempts = self._positions.of(each.place.segment).attempts
                attempts[each.place.start] = each.attempts - 1
                if each.attempts == 1:
                    del attempts[each.place.start]
                self._in_hands.discard(each.place)
            self._write()
        finally:
            self._ends()

    def close(self) -> None:
        """Let go of everything in its hands, and of the lock."""
        if self._lock is not None:
            unlock(self._lock)
        self.leave()

    def leave(self) -> None:
        """The same, but for the lock: in a forked child it is still the parent's."""
        self._in_hands.clear()
        self._ended.clear()
        file, self._lock = self._lock, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _begins(self) -> bool:
        """Whether this is the one reader now."""
        if self._lock is not None:
            return True
        try:
            directory.close_to_others(self._path)
            file = opened(self._path / LOCK, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:  # nothing was ever put
            return False
        if not lock(file):
            os.close(file)
            return False
        self._lock = file
        self._positions = positions.read(self._path)
        self._is_written = True
        return True

    def _ends(self) -> None:
        """Free the lock where nothing is left in its hands, and others can read what is done."""
        if not self._in_hands and self._is_written:
            self.close()

    def _write(self) -> None:
        """Remember; a full disk does not keep the digest from emptying it, for that is how it ends."""
        try:
            self._positions.write(self._path)
            self._is_written = True
        except OSError:
            self._is_written = False

    def _batch(self, limit: int, max_bytes: int) -> list[Taken]:
        taken: list[Taken] = []
        size = 0
        with closing(self._oldest_first()) as waiting:
            for head, log in waiting:
                name = log.segment.name
                attempts = self._positions.of(name).attempts.get(head.start, 0) + 1
                size += head.end - head.start
                # A digester may have died of it: taken alone, nothing else dies with it.
                if taken and (len(taken) >= limit or size > max_bytes or attempts > 1):
                    break
                entry = frames.entry_of(log.file, head)
                if entry is None:
                    if not log.may_grow or head.end < log.size:  # else it may be in the making
                        self._set_aside(log, Gap(head.start, head.end, is_torn=False))
                    continue
                place = Place(name, head.start, head.end)
                taken.append(Taken(entry=entry, place=place, attempts=attempts))
                if not log.may_grow:
                    self._ended.add(name)
                if attempts > 1:
                    break
        return taken

    def _oldest_first(self) -> "Waiting":
        """What waits in all segments; one that was begun later than an entry is not opened for it."""
        segments = deque(directory.segments(self._path))
        self._positions.keep([segment.name for segment in segments])
        heads: list[tuple[float, Segment, Head, Log, Waiting]] = []
        try:
            while segments or heads:
                while (
                    segments
                    and len(heads) < _OPEN_AT_MOST
                    and not (heads and heads[0][0] < segments[0].began_at - _RECEIVED_BEFORE)
                ):
                    with suppress(OSError):  # finished meanwhile, or not ours to read
                        _push(heads, self._waiting_in(segments.popleft()))
                if heads:
                    _, _, head, log, others = heads[0]
                    yield head, log
                    heapq.heappop(heads)
                    _push(heads, others)
        finally:
            for *_, others in heads:
                others.close()

    def _waiting_in(self, segment: Segment) -> "Waiting":
        """What waits in one, which is open as long as anything does."""
        with Log.opened(self._path, segment) as log:
            position = self._positions.of(segment.name)
            for found in frames.walk(log.file, segment.mark, position.done, log.size):
                if position.is_done(found.start):
                    continue
                if isinstance(found, Gap):
                    if log.may_grow and found.end == log.size:  # it may be in the making
                        break
                    self._set_aside(log, found)
                elif Place(segment.name, found.start, found.end) not in self._in_hands:
                    yield found, log
            if position.done >= log.size and not log.may_grow:
                (self._path / segment.name).unlink(missing_ok=True)

    def _set_aside(self, log: Log, gap: Gap) -> None:
        self._positions.of(log.segment.name).finish(gap.start, gap.end)
        self._is_written = False
        if gap.is_torn:
            self._positions.torn += 1
            return
        self._positions.broken += 1
        with suppress(OSError):
            broken.keep(self._path, log, gap)

    def _delete_finished(self, segment: Segment) -> None:
        with suppress(OSError), Log.opened(self._path, segment) as log:
            if not log.may_grow and self._positions.of(segment.name).done >= log.size:
                (self._path / segment.name).unlink(missing_ok=True)


Waiting = Generator[tuple[Head, Log], None, None]


def _push(heads: list[tuple[float, Segment, Head, Log, Waiting]], waiting: Waiting) -> None:
    for head, log in waiting:
        heapq.heappush(heads, (head.received_at, log.segment, head, log, waiting))
        return
