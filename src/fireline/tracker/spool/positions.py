"""
What of the segments is done, and how often the rest was taken: one small file.

It is replaced as a whole before entries are handed out and after they are done. Whoever is killed in
between leaves it as it was: what was done since is taken once more, never less than once.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from fireline.tracker.spool.directory import opened

NAME = "positions.json"


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
        self.beyond[start] = end
        while self.done in self.beyond:
            self.done = self.beyond.pop(self.done)


@dataclass(slots=True)
class Positions:
    """How far every segment is done, and what was found on the way."""

    segments: dict[str, Position] = field(default_factory=dict)
    torn: int = 0
    broken: int = 0

    def of(self, name: str) -> Position:
        """How far this segment is done."""
        return self.segments.setdefault(name, Position())

    def keep(self, names: Sequence[str]) -> None:
        """Forget the segments that there are no more."""
        self.segments = {name: self.segments[name] for name in names if name in self.segments}

    def write(self, directory: Path) -> None:
        """Put it in the place of what was written before, as a whole or not at all."""
        content = {
            "segments": {
                name: [position.done, [*position.beyond.items()], [*position.attempts.items()]]
                for name, position in self.segments.items()
            },
            "torn": self.torn,
            "broken": self.broken,
        }
        new = directory / f"{NAME}.new"
        file = opened(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            text = orjson.dumps(content)
            if os.write(file, text) < len(text):
                raise OSError("there is room for half a file only")
        finally:
            os.close(file)
        new.replace(directory / NAME)


def read(directory: Path) -> Positions:
    """As it was written last; where it cannot be read nothing is done yet."""
    try:
        content: Any = orjson.loads((directory / NAME).read_bytes())
        return Positions(
            segments={
                name: Position(done, dict(beyond), dict(attempts))
                for name, (done, beyond, attempts) in content["segments"].items()
            },
            torn=content["torn"],
            broken=content["broken"],
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return Positions()
