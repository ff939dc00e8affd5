"""One digester for each host: whoever holds the lock on a file, until the kernel frees it."""

import os
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

from fireline import conf, rundir
from fireline.tracker.spool import chosen
from fireline.tracker.spool.directory import opened
from fireline.tracker.spool.locks import lock

NAME = "digest.lock"


def place() -> Path:
    """The file: in the local spool's directory, or in RUN_DIRECTORY where the spool is a Redis."""
    is_redis = chosen.is_redis(conf.current().TRACKER_SPOOL)
    directory = rundir.path() if is_redis else chosen.directory()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory / NAME


class Election:
    """A seat that one process of this host has: asked for again and again, and freed by its death."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        _seats.add(self)

    def is_won(self) -> bool:
        """Whether this process has the seat, now or already."""
        if self._file is not None:
            return True
        file = opened(self.path, os.O_RDWR | os.O_CREAT)
        try:
            is_won = lock(file)
        except BaseException:
            os.close(file)
            raise
        if not is_won:
            os.close(file)
            return False
        with suppress(OSError):  # it is told to people only, and the disk may be full
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return True

    def holder(self) -> str:
        """The process that has written itself into the file last."""
        try:
            return self.path.read_text().strip()
        except OSError:
            return ""

    def leave(self) -> None:
        """Give the seat up."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


_seats: WeakSet[Election] = WeakSet()


def _leave_to_parent() -> None:
    """In a forked child: its copy of the file would keep the seat when the parent is dead."""
    for seat in list(_seats):
        seat.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
