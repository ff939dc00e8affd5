"""How much waits in a local spool, for whoever asks: nobody is locked out for it."""

import os
from contextlib import suppress
from pathlib import Path

from fireline.tracker.spool import directory, frames, positions
from fireline.tracker.spool.directory import Segment, opened
from fireline.tracker.spool.entry import Depth
from fireline.tracker.spool.frames import Head
from fireline.tracker.spool.positions import Position


class Counted:
    """Counts what waits, and remembers how far it has counted; not safe for threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counted: dict[str, tuple[int, int]] = {}
        """To which byte of a segment, and how many entries there are until there."""

    def depth(self) -> Depth:
        """How much waits."""
        sizes = directory.sizes(self._path)
        known = positions.read(self._path)
        names = {segment.name for segment in sizes}
        self._counted = {name: at for name, at in self._counted.items() if name in names}
        entries, size, oldest = 0, 0, None
        for segment, length in sizes.items():
            position = known.segments.get(segment.name, Position())
            with suppress(FileNotFoundError):  # it has just been finished
                first, count = self._waiting(segment, position, length)
                if first is not None:
                    entries += count
                    size += length - position.done
                    oldest = min(oldest or first.received_at, first.received_at)
        return Depth(
            entries=entries, bytes=size, oldest_at=oldest, torn=known.torn, broken=known.broken
        )

    def _waiting(self, segment: Segment, position: Position, end: int) -> tuple[Head | None, int]:
        """The first entry that waits in a segment, and how many do."""
        file = opened(self._path / segment.name, os.O_RDONLY)
        try:
            waiting = (
                found
                for found in frames.walk(file, segment.mark, position.done, end)
                if isinstance(found, Head) and not position.is_done(found.start)
            )
            first = next(waiting, None)
            if first is None:
                return None, 0
            count = self._count(segment, file, first, end)
            return first, max(count - first.number - len(position.beyond), 1)
        finally:
            os.close(file)

    def _count(self, segment: Segment, file: int, first: Head, end: int) -> int:
        """How many entries were ever put into a segment: each bears its number."""
        start, count = self._counted.get(segment.name, (first.start, 0))
        for found in frames.walk(file, segment.mark, start, end):
            if isinstance(found, Head):
                start, count = found.end, found.number + 1
        self._counted[segment.name] = start, count
        return count
