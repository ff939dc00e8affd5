"""How much waits in a local spool, for whoever asks: nobody is locked out for it."""

import os
from contextlib import suppress
from pathlib import Path

from fireline.tracker.spool import directory, frames, positions
from fireline.tracker.spool.directory import Segment, opened
from fireline.tracker.spool.entry import Depth
from fireline.tracker.spool.frames import Head
from fireline.tracker.spool.positions import Position


def depth(path: Path) -> Depth:
    """How much waits; entries between what is done and what is broken are counted about."""
    known = positions.read(path)
    entries, size, oldest = 0, 0, None
    for segment, end in directory.sizes(path).items():
        position = known.segments.get(segment.name, Position())
        with suppress(FileNotFoundError):  # it has just been finished
            first, count = _waiting(path, segment, position, end)
            if first is not None:
                entries += count
                size += end - position.done
                oldest = min(oldest or first.received_at, first.received_at)
    return Depth(
        entries=entries, bytes=size, oldest_at=oldest, torn=known.torn, broken=known.broken
    )


def _waiting(path: Path, segment: Segment, position: Position, end: int) -> tuple[Head | None, int]:
    """The first entry that waits in a segment, and how many do: each bears its number."""
    file = opened(path / segment.name, os.O_RDONLY)
    try:
        waiting = (
            found
            for found in frames.walk(file, segment.mark, position.done, end)
            if isinstance(found, Head) and not position.is_done(found.start)
        )
        first = next(waiting, None)
        if first is None:
            return None, 0
        last = frames.last_head(file, segment.mark, first.start, end) or first
        return first, max(last.number - first.number + 1 - len(position.beyond), 1)
    finally:
        os.close(file)
