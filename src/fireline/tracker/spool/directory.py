"""The directory of a local spool: made for this user alone, and what lies in it."""

import errno
import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fireline.tracker.spool import lots

_SEGMENT = re.compile(rf"([0-9a-f]{{16}})-\d+-([0-9a-f]{{16}})-({lots.PATTERN})\.segment")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A file that one process appends entries to; segments are ordered by when they were begun."""

    began_at: float
    mark: bytes
    """Of its writer, drawn by chance."""
    lot: str
    """Whose entries these are."""
    name: str

    @staticmethod
    def new(mark: bytes, lot: str) -> "Segment":
        """One that there is not yet; the process is named for people who look for it."""
        return Segment.named(f"{time.time_ns():016x}-{os.getpid()}-{mark.hex()}-{lot}.segment")

    @staticmethod
    def named(name: str) -> "Segment":
        """The segment of this name; raises ValueError where it is none."""
        found = _SEGMENT.fullmatch(name)
        if found is None:
            raise ValueError(f"{name} is no segment of a spool.")
        at, mark, lot = found.groups()
        return Segment(int(at, 16) / 1e9, bytes.fromhex(mark), lot, name)


def made(path: Path) -> Path:
    """The directory, made where it is missing; raises OSError where it cannot be used."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(path)
    return path


def close_to_others(path: Path) -> None:
    """Raises OSError where others could exchange what is in this directory, or where it is missing."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is no directory, or a link to one")
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise PermissionError(
            errno.EPERM, f"it belongs to user {found.st_uid}, this process to {os.getuid()}"
        )
    if found.st_mode & 0o077:
        path.chmod(0o700)


def explained(error: OSError, path: Path) -> OSError:
    """The same error, that names the spool and the way out."""
    return OSError(
        error.errno,
        f"The spool {path} cannot be used: {error.strerror or error}. Set "
        "FIRELINE['TRACKER_SPOOL'] to a directory of the user that the service runs as, or to one "
        "that is still to be made.",
    )


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
    """An open file, of this user alone; never what a link leads to, and no child's after an exec."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
