"""Locks on files that the kernel frees when their holder dies, however it dies."""

from contextlib import suppress
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def lock(file: int) -> bool:
    """Lock this open file for its holder alone; False where somebody else has. Closing it frees it."""
    if fcntl is None:
        raise OSError(
            "A spool in files needs the file locks of POSIX. Set FIRELINE['TRACKER_SPOOL'] to "
            "redis://host:port/0."
        )
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(file: int) -> None:
    """
    Free it, though a child that another thread has just forked has the file open, too.

    Never in that child: it would free its parent's.
    """
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
