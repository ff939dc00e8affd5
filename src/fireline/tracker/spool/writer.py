"""What this process appends to: segments of its own, one for each lot, which it alone writes."""

import errno
import time
from pathlib import Path
from secrets import token_bytes

from fireline.tracker.spool import frames
from fireline.tracker.spool.directory import explained
from fireline.tracker.spool.entry import Entry, FullError, limit_of_clients
from fireline.tracker.spool.growing import Growing
from fireline.tracker.spool.lots import lot_of
from fireline.tracker.spool.room import Room

_TIDY_EVERY = 60.0
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Writer:
    """
    Appends entries, each to the segment of its lot.

    Not safe for threads: its spool sees to that.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._room = Room(path, limit)
        self._room_of_clients = Room(path, limit_of_clients(limit))
        self._segment_size = min(max(limit // 64, 64 * 1024), 4 * 1024 * 1024)
        self._mark = token_bytes(frames.MARK_SIZE)
        self._growing: dict[str, Growing] = {}
        self._tidy_at = 0.0

    def append(self, entry: Entry) -> None:
        """Write it behind the others; raises FullError or OSError where it is not written."""
        if len(entry.envelope) > frames.MAX_ENVELOPE:
            raise FullError(f"An envelope of {len(entry.envelope)} bytes is too large for a spool.")
        if time.monotonic() >= self._tidy_at:
            self._tidy()
        try:
            self._of(lot_of(entry.key)).append(
                entry, self._room_of_clients if entry.key else self._room
            )
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise FullError(
                    f"The disk of the spool {self._path} is full: {error.strerror}."
                ) from error
            raise explained(error, self._path) from error

    def close(self) -> None:
        """Let all segments go."""
        while self._growing:
            self._growing.popitem()[1].close()

    def _of(self, lot: str) -> Growing:
        growing = self._growing.get(lot)
        if growing is None:
            growing = Growing(self._path, lot, self._mark, self._segment_size)
            self._growing[lot] = growing
        return growing

    def _tidy(self) -> None:
        """Let go of what keys that are silent now have written, so that the digest may delete it."""
        self._tidy_at = time.monotonic() + _TIDY_EVERY
        for lot, growing in [*self._growing.items()]:
            if growing.is_over():
                del self._growing[lot]
                growing.close()
