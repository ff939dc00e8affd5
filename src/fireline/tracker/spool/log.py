"""A segment opened to be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fireline.tracker.spool.directory import Segment, opened
from fireline.tracker.spool.locks import lock, unlock


@dataclass(frozen=True, slots=True)
class Log:
    """An open segment, as long as it was when it was opened."""

    segment: Segment
    file: int
    size: int
    may_grow: bool
    """Whether its writer still lives; if not, nobody else can lock it while it is open here."""

    @staticmethod
    @contextmanager
    def opened(path: Path, segment: Segment) -> Iterator["Log"]:
        """The segment, until the end of the block; raises OSError where it cannot be read."""
        file = opened(path / segment.name, os.O_RDONLY)
        try:
            # In this order: what has no writer any more no longer changes its size.
            may_grow = not lock(file)
            yield Log(segment, file, os.fstat(file).st_size, may_grow)
        finally:
            unlock(file)
            os.close(file)
