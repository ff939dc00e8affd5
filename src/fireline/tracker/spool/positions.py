"""
What of the segments is done, and how often the rest was taken: two small files, written in turn.

One is overwritten before entries are handed out and after they are done. Whoever is killed within
that leaves the other as it was: what was done since is taken once more, never less than once.
Not one file that is replaced: ext4 writes that to the disk at once, which took a hundred times as long.
"""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from fireline.tracker.spool.directory import opened

NAMES = ("positions.0", "positions.1")


@dataclass(slots=True)
class Position:
    """How far one segment is done."""

    done: int = 0
    """All before this byte."""
    beyond: dict[int, int] = field(default_factory=dict)
    """What is done behind it: from which byte to which."""
    attempts: dict[int, int] = field(default_factory=dict)
    """How often the entry at this byte was taken, without being done."""

    def is_done(self, start: int) -> bool:
        """Whether the entry at this byte is."""
        return start < self.done or start in self.beyond

    def finish(self, start: int, end: int) -> None:
        """Note that this stretch is done."""
        self.attempts.pop(start, None)
        if start < self.done:
            return
        self.beyond[start] = end
        while self.done in self.beyond:
            self.done = self.beyond.pop(self.done)


@dataclass(slots=True)
class Positions:
    """How far every segment is done, and what was found on the way."""

    segments: dict[str, Position] = field(default_factory=dict)
    torn: int = 0
    broken: int = 0
    turn: int = 0
    """How often they were written: the newer file is the one that stands."""

    def of(self, name: str) -> Position:
        """How far this segment is done."""
        return self.segments.setdefault(name, Position())

    def keep(self, names: Sequence[str]) -> None:
        """Forget the segments that there are no more."""
        self.segments = {name: self.segments[name] for name in names if name in self.segments}

    def write(self, directory: Path) -> None:
        """Write them over those before the last; raises OSError, and the last still stand."""
        content = {
            "turn": self.turn + 1,
            "segments": {
                name: [position.done, [*position.beyond.items()], [*position.attempts.items()]]
                for name, position in self.segments.items()
            },
            "torn": self.torn,
            "broken": self.broken,
        }
        text = orjson.dumps(content)
        line = b"%08x %s\n" % (crc32(text), text)
        file = opened(directory / NAMES[(self.turn + 1) % 2], os.O_WRONLY | os.O_CREAT)
        try:
            if os.pwrite(file, line, 0) < len(line):
                raise OSError(errno.ENOSPC, "there is room for half of the positions only")
        finally:
            os.close(file)
        self.turn += 1


def read(directory: Path) -> Positions:
    """As they were written last; where that cannot be read nothing is done yet."""
    found = [_read(directory / name) for name in NAMES]
    return max(found, key=lambda positions: positions.turn)


def _read(path: Path) -> Positions:
    try:
        # What is behind the first line is left of a longer one.
        checksum, _, text = path.read_bytes().partition(b"\n")[0].partition(b" ")
        if int(checksum, 16) != crc32(text):
            return Positions()
        content: Any = orjson.loads(text)
        return Positions(
            segments={
                name: Position(done, dict(beyond), dict(attempts))
                for name, (done, beyond, attempts) in content["segments"].items()
            },
            torn=content["torn"],
            broken=content["broken"],
            turn=content["turn"],
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return Positions()
