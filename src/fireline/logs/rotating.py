"""A log file that many processes write and any of them rotates, without losing or tearing a line."""

import errno
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows: the file grows, rotation across processes needs POSIX
    fcntl = None

MEGABYTE = 1024 * 1024

_on_stderr: WeakSet[logging.LogRecord] = WeakSet()
"""The records that went there; one record goes to several files, but there only once."""


class RotatingFile(logging.Handler):
    """
    Appends to a file and rotates it at `max_bytes`: `crm.log`, `crm.log.1` to `crm.log.5`.

    A line is one `write` to a file opened with O_APPEND, which the kernel keeps whole and apart
    from other processes' lines. The position after it tells the file's size, so a line costs two
    system calls and no lock. Only a rotation takes a lock: `flock` on the directory, which leaves
    no lock file behind, and for which nobody waits.

    It is made with the first line, so that commands that log nothing leave nothing behind. Where it
    cannot be written (no such place, read-only, disk full), lines go to stderr until it can be
    written again; that this is so is said once. `max_bytes` of 0 means no rotation, and
    without `backups` a full file is deleted.
    """

    def __init__(
        self,
        filename: str | os.PathLike[str],
        max_bytes: int = 10 * MEGABYTE,
        backups: int = 5,
    ) -> None:
        super().__init__()
        self.path = Path(filename).absolute()
        self.max_bytes = max_bytes
        self.backups = backups
        self._file: int | None = None
        self._looked_at = 0.0
        self._troubles: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line; never raises."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            if not -1.0 < record.created - self._looked_at < 1.0:
                self._look(record.created)
            self._write(line, record)
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Print the error of a formatter to stderr, where there is one that works."""
        with suppress(Exception):
            super().handleError(record)

    def close(self) -> None:
        """Close the file; a later record opens it again."""
        self.acquire()
        try:
            self._close_file()
        finally:
            self.release()
        super().close()

    def _write(self, line: bytes, record: logging.LogRecord, *, is_again: bool = False) -> None:
        try:
            file = self._file if self._file is not None else self._open()
            written = os.write(file, line)
            if written < len(line):
                self._take_back(file, line[:written])
                raise OSError(errno.ENOSPC, "there is room for half a line only")
        except OSError as error:
            self._close_file()
            self._complain("write", error)
            if record not in _on_stderr:
                _on_stderr.add(record)
                _to_stderr(line)
            return
        if self._troubles:
            self._troubles.discard("write")
        try:
            size = os.lseek(file, 0, os.SEEK_CUR)
        except OSError:  # a pipe has no size
            return
        if 0 < self.max_bytes <= size and not is_again:
            self._rotate(file, line, record)

    def _take_back(self, file: int, half: bytes) -> None:
        """
        Make a blank line of half a line, so that nobody's next line is glued to it.

        Not by `truncate`, which would also cut what others have written behind it. The file is
        opened again because with O_APPEND Linux writes at the end, wherever one points to.
        """
        with suppress(OSError):
            start = os.lseek(file, 0, os.SEEK_CUR) - len(half)
            again = os.open(self.path, os.O_RDWR)
            try:
                if self._is_named(file) and os.pread(again, len(half), start) == half:
                    os.pwrite(again, b" " * (len(half) - 1) + b"\n", start)
            finally:
                os.close(again)

    def _rotate(self, file: int, line: bytes, record: logging.LogRecord) -> None:
        """
        Move the full file away, or notice that another process has done so.

        A file that was moved is always full, so only here can a line have gone into one. Where
        that has been deleted since (its link count is zero), the line is written again.
        """
        if fcntl is None:
            return
        try:
            if self._is_named(file) and not self._move(file):
                return
            is_lost = os.fstat(file).st_nlink == 0
            self._open()
        except OSError as error:
            self._complain("rotate", error)
            return
        self._troubles.discard("rotate")
        if is_lost:
            self._write(line, record, is_again=True)

    def _move(self, file: int) -> bool:
        """
        Move the file to the first backup; False where another process is moving files.

        Nobody waits for the lock: the next line finds the file full once more. A signal handler that
        logs inside a rotation would wait for ever, and all would wait for a process that is stopped.
        """
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._is_named(file):
                self._shift()
        except BlockingIOError:
            return False
        finally:
            # Not by `close` alone: a child that was forked meanwhile holds the same lock.
            fcntl.flock(directory, fcntl.LOCK_UN)
            os.close(directory)
        return True

    def _shift(self) -> None:
        """Only up to the first gap, which a crash in the middle of this may have left."""
        names = [str(self.path), *(f"{self.path}.{n}" for n in range(1, self.backups + 1))]
        gap = next((n for n, name in enumerate(names) if not os.path.lexists(name)), self.backups)
        for number in range(gap, 0, -1):
            os.replace(names[number - 1], names[number])
        if not self.backups:
            os.unlink(self.path)

    def _is_named(self, file: int) -> bool:
        """Whether this open file is the one that bears the name."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(file))
        except OSError:
            return False

    def _look(self, now: float) -> None:
        """Once a second: has somebody (logrotate, a person) moved or deleted the file?"""
        self._looked_at = now
        if self._file is not None and not self._is_named(self._file):
            self._close_file()

    def _open(self) -> int:
        """Open the file that bears the name now, in place of the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o660)
        self._close_file()
        self._file = file
        return file

    def _close_file(self) -> None:
        # Forgotten before it is closed: a child forked in between would write to another's file.
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _complain(self, what: str, error: OSError) -> None:
        if what not in self._troubles:
            self._troubles.add(what)
            reason = error.strerror or error
            if isinstance(error, FileExistsError):
                reason = f"{self.path.parent} is not a directory"
            meanwhile = "its lines go to stderr" if what == "write" else "it grows"
            _to_stderr(
                f"fireline: cannot {what} {self.path} ({reason}); "
                f"{meanwhile} until that is possible again.\n".encode("utf-8", "backslashreplace")
            )


def _to_stderr(line: bytes) -> None:
    with suppress(Exception):  # closed, or none at all as under pythonw: nobody is left to be told
        sys.stderr.write(line.decode("utf-8", "replace"))
        sys.stderr.flush()
