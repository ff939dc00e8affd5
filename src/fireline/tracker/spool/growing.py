"""A segment that this process appends to, and the next one when it is long enough."""

import errno
import os
import time
from contextlib import suppress
from pathlib import Path

from fireline.tracker.spool import frames
from fireline.tracker.spool.directory import Segment, made, opened
from fireline.tracker.spool.entry import Entry
from fireline.tracker.spool.locks import lock
from fireline.tracker.spool.room import Room

_LONGEST = 60.0
"""Seconds that a segment is written to, so that the order of segments tells the order of entries."""
_TRIES = 10


class Growing:
    """
    The segment of one lot, which this process alone writes; it keeps a lock on it while it may grow.

    Each entry is one system call.
    """

    def __init__(self, path: Path, lot: str, mark: bytes, most: int) -> None:
        self._path = path
        self._lot = lot
        self._mark = mark
        self._most = most
        """Bytes after which the next segment begins."""
        self._file: int | None = None
        self._size = 0
        self._count = 0
        self._until = 0.0
        self._look_at = 0.0
        self._is_certain = True
        """Whether it is known what was written: the exception of a signal may come at any line."""

    def append(self, entry: Entry, room: Room) -> None:
        """Write it behind the others; raises FullError or OSError where it is not written."""
        file = self._current()
        parts = frames.framed(entry, self._mark, self._count)
        size = len(parts[0]) + len(parts[1])
        room.claim(size, self._lot)
        self._write(file, parts, size)

    def is_over(self) -> bool:
        """Whether nothing more will be written to this segment."""
        return time.monotonic() >= self._until

    def close(self) -> None:
        """Let the segment go: nothing more is written to it, and its lock is free."""
        # Forgotten before it is closed: a child forked in between would write to it.
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _current(self) -> int:
        now = time.monotonic()
        file = self._file if self._is_certain else None
        if file is not None and now >= self._look_at:
            self._look_at = now + 1.0
            if not os.fstat(file).st_nlink:  # somebody has emptied the directory
                file = None
        if file is None or self._size >= self._most or now >= self._until:
            file = self._next(now)
        return file

    def _next(self, now: float) -> int:
        self.close()
        made(self._path)
        for _ in range(_TRIES):
            segment = Segment.new(self._mark, self._lot)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
            file = opened(self._path / segment.name, flags)
            # Between the two a reader may have found it empty and unlocked, and deleted it.
            if lock(file) and os.fstat(file).st_nlink:
                self._file, self._size, self._count, self._is_certain = file, 0, 0, True
                self._until, self._look_at = now + _LONGEST, now + 1.0
                return file
            os.close(file)
        raise OSError(errno.EBUSY, "every new file in it is locked by somebody else")

    def _write(self, file: int, parts: tuple[bytes, bytes], size: int) -> None:
        self._is_certain = False
        try:
            written = os.writev(file, parts)
        except OSError:
            self._is_certain = True
            raise
        if written < size:  # on a disk that is full, what still goes is written
            self._undo(file)
            raise OSError(errno.ENOSPC, "there is room for half an entry only")
        self._size += size
        self._count += 1
        self._is_certain = True

    def _undo(self, file: int) -> None:
        """Cut off what was written of an entry that is not accepted, or write no more behind it."""
        try:
            os.ftruncate(file, self._size)
            self._is_certain = True
        except OSError:
            self.close()
