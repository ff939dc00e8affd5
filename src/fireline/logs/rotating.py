"""A log file that many processes write and any of them rotates, without losing or tearing a line."""

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows: the file grows, rotation across processes needs POSIX
    fcntl = None

MEGABYTE = 1024 * 1024


class RotatingFile(logging.Handler):
    """
    Appends to a file and rotates it at `max_bytes`: `crm.log`, `crm.log.1` to `crm.log.5`.

    A line is one `write` to a file opened with O_APPEND, which the kernel keeps whole and apart
    from other processes' lines. The position after it tells the file's size, so a line costs two
    system calls and no lock. Only a rotation takes a lock: `flock` on the directory, which leaves
    no lock file behind.

    Where the directory or the file cannot be written (read-only, disk full), lines go to stderr
    until it can be written again; that this is so is said once.
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
        self._is_torn = False
        self._has_complained = False
        self._reopen()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line; never raises."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            if not -1.0 < record.created - self._looked_at < 1.0:
                self._look(record.created)
            self._append(line)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Close the file; a later record opens it again."""
        self.acquire()
        try:
            self._close_file()
        finally:
            self.release()
        super().close()

    def _append(self, line: bytes) -> None:
        file = self._file if self._file is not None else self._reopen()
        if file is None:
            _to_stderr(line)
            return
        try:
            written = os.write(file, b"\n" + line if self._is_torn else line)
            if written < len(line):  # half a line stands there now
                self._is_torn = True
                raise OSError("the disk is full")
        except OSError as error:
            self._complain(error)
            _to_stderr(line)
            return
        self._is_torn = self._has_complained = False
        if os.lseek(file, 0, os.SEEK_CUR) >= self.max_bytes:
            self._rotate(file, line)

    def _rotate(self, file: int, line: bytes) -> None:
        """
        Move the full file away, or notice that another process has done so.

        A file that was moved is always full, so only here can a line have gone into one; where it
        was deleted since (its link count is zero) the line is written again.
        """
        if fcntl is None:
            return
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            is_lost = os.fstat(file).st_nlink == 0
            if self._is_named(file):
                self._move()
            file = self._reopen() or file
            if is_lost:
                os.write(file, line)
        finally:
            os.close(directory)

    def _move(self) -> None:
        for number in range(self.backups - 1, 0, -1):
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}.{number}", f"{self.path}.{number + 1}")
        if self.backups:
            os.replace(self.path, f"{self.path}.1")
        else:
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
            self._reopen()

    def _reopen(self) -> int | None:
        self._close_file()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o660)
        except OSError as error:
            self._complain(error)
        return self._file

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _complain(self, error: OSError) -> None:
        if not self._has_complained:
            self._has_complained = True
            _to_stderr(
                f"fireline: cannot write {self.path} ({error.strerror or error}); its lines go to "
                "stderr until it can be written again.\n".encode()
            )


def _to_stderr(line: bytes) -> None:
    if sys.stderr is not None:  # as under pythonw and some service managers
        sys.stderr.write(line.decode("utf-8", "replace"))
        sys.stderr.flush()
