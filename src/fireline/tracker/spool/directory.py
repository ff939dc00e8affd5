"""The directory of a local spool: made for this user alone, and what lies in it."""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from fireline.tracker.spool.frames import MARK_SIZE

_SEGMENT = re.compile(r"([0-9a-f]{16})-(\d+)-([0-9a-f]{16})\.segment")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A file that one process appends entries to; segments are ordered by when they were begun."""

    began_at: float
    process: int
    mark: bytes
    name: str

    @staticmethod
    def new() -> "Segment":
        """One that there is not yet, of this process."""
        name = f"{time.time_ns():016x}-{os.getpid()}-{token_hex(MARK_SIZE)}.segment"
        return Segment.named(name)

    @staticmethod
    def named(name: str) -> "Segment":
        """The segment of this name; raises ValueError where it is none."""
        found = _SEGMENT.fullmatch(name)
        if found is None:
            raise ValueError(f"{name} is no segment of a spool.")
        at, process, mark = found.groups()
        return Segment(int(at, 16) / 1e9, int(process), bytes.fromhex(mark), name)


def made(path: Path) -> Path:
    """
    The directory, made where it is missing.

    Raises OSError where it cannot be, or where others could exchange what is in it.
    """
    with explained(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "it is no directory, or a link to one")
        if hasattr(os, "getuid") and found.st_uid != os.getuid():
            raise PermissionError(
                errno.EPERM, f"it belongs to user {found.st_uid}, this process to {os.getuid()}"
            )
        if found.st_mode & 0o077:
            path.chmod(0o700)
    return path


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """An OSError within names the spool, and the way out."""
    try:
        yield
    except OSError as error:
        raise OSError(
            error.errno,
            f"The spool {path} cannot be used: {error.strerror or error}. Set "
            "FIRELINE['TRACKER_SPOOL'] to a directory of the user that the service runs as, or to "
            "one that is still to be made.",
        ) from error


def segments(path: Path) -> list[Segment]:
    """All segments, the oldest first; none where there is no such directory."""
    with suppress(FileNotFoundError), os.scandir(path) as found:
        return sorted(Segment.named(each.name) for each in found if _SEGMENT.fullmatch(each.name))
    return []


def sizes(path: Path) -> dict[Segment, int]:
    """The size of each segment."""
    found = {}
    for segment in segments(path):
        with suppress(FileNotFoundError):  # it has just been finished
            found[segment] = (path / segment.name).stat().st_size
    return found


def opened(path: Path, flags: int) -> int:
    """An open file, of this user alone; never what a link leads to."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
