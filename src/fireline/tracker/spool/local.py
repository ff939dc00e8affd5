"""A spool in files of this host: each process appends to its own, one digester reads them all."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakSet

from fireline.tracker.spool import counted
from fireline.tracker.spool.entry import TAKEN_BYTES, Depth, Entry, Taken
from fireline.tracker.spool.reader import Reader
from fireline.tracker.spool.writer import Writer


class LocalSpool:
    """
    Entries in the files of a directory, shared by all processes of a host; `limit` is in bytes.

    An entry is one system call and waits for no other process. It survives the death of every
    process; whether it survives a loss of power within the next seconds is up to the kernel.
    Safe for threads and over forks: a child begins a file of its own.
    """

    def __init__(self, directory: str | os.PathLike[str], limit: int) -> None:
        self.directory = Path(directory).absolute()
        self.limit = limit
        self._writing = threading.RLock()
        self._reading = threading.RLock()
        self._is_writing = False
        self._writer = Writer(self.directory, limit)
        self._reader = Reader(self.directory)
        _open.add(self)

    def put(self, entry: Entry) -> None:
        """Accept this entry; raises FullError, or OSError where its place cannot be written."""
        with self._writing:
            if self._is_writing:
                raise BlockingIOError(
                    "A signal came while an entry was written, and wrote another."
                )
            self._is_writing = True
            try:
                self._writer.append(entry)
            finally:
                self._is_writing = False

    def take(self, limit: int, max_bytes: int = TAKEN_BYTES) -> Sequence[Taken]:
        """At most so many entries and bytes, the oldest first; none while another process reads."""
        with self._reading:
            return self._reader.take(limit, max_bytes)

    def done(self, taken: Sequence[Taken]) -> bool:
        """Forget these: they are stored. False while the disk is too full to remember that."""
        with self._reading:
            return self._reader.done(taken)

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Let these be taken again: they could not be stored now."""
        with self._reading:
            self._reader.give_back(taken)

    def depth(self) -> Depth:
        """How much waits."""
        return counted.depth(self.directory)

    def close(self) -> None:
        """Let go of files and locks; what was put stays, and what comes later opens them again."""
        with self._reading, self._writing:
            self._writer.close()
            self._reader.close()

    def _leave_to_parent(self) -> None:
        """In a forked child: the files are the parent's, and so are its locks."""
        self._writer.close()
        self._reader.leave()
        self._writer = Writer(self.directory, self.limit)
        self._reader = Reader(self.directory)
        # Other threads of the parent may have held these.
        self._writing = threading.RLock()
        self._reading = threading.RLock()
        self._is_writing = False


_open: WeakSet[LocalSpool] = WeakSet()


def _begin_anew() -> None:
    for spool in _open:
        spool._leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
