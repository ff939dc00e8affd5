"""What this process appends to: a segment of its own, which it alone writes."""

import errno
import os
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes

from fireline.tracker.spool import frames
from fireline.tracker.spool.directory import Segment, explained, made, opened
from fireline.tracker.spool.entry import Entry, FullError, limit_of_clients
from fireline.tracker.spool.locks import lock
from fireline.tracker.spool.room import Room

_LONGEST = 60.0
"""Seconds that a segment is written to, so that the order of segments tells the order of entries."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TRIES = 10


class Writer:
    """
    Appends entries, each by one system call, and keeps a lock on its segment while it may grow.

    Not safe for threads: its spool sees to that.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._room = Room(path, limit)
        self._room_of_clients = Room(path, limit_of_clients(limit))
        self._segment_size = min(max(limit // 64, 64 * 1024), 4 * 1024 * 1024)
        self._file: int | None = None
        self._mark = token_bytes(frames.MARK_SIZE)
        self._size = 0
        self._count = 0
        self._until = 0.0
        self._look_at = 0.0
        self._is_certain = True
        """Whether it is known what was written: the exception of a signal may come at any line."""

    def append(self, entry: Entry) -> None:
        """Write it behind the others; raises FullError or OSError where it is not written."""
        if len(entry.envelope) > frames.MAX_ENVELOPE:
            raise FullError(f"An envelope of {len(entry.envelope)} bytes is too large for a spool.")
        try:
            file = self._current()
            parts = frames.framed(entry, self._mark, self._count)
            size = len(parts[0]) + len(parts[1])
            (self._room_of_clients if entry.key else self._room).claim(size)
            self._write(file, parts, size)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise FullError(
                    f"The disk of the spool {self._path} is full: {error.strerror}."
                ) from error
            raise explained(error, self._path) from error

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
        if file is None or self._size >= self._segment_size or now >= self._until:
            file = self._next(now)
        return file

    def _next(self, now: float) -> int:
        self.close()
        made(self._path)
        for _ in range(_TRIES):
            segment = Segment.new(self._mark)
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
