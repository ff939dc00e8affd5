"""Files of figures: one for each kind of metric and process, mapped into memory."""

import json
import mmap
import os
import struct
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

_SIZE = mmap.ALLOCATIONGRANULARITY * 4
_two_doubles = struct.Struct("dd").pack


class Page(MmapedDict):
    """
    prometheus-client's file of values, whose room on the disk is taken before it is written.

    Writing into a hole of a mapped file on a full disk ends the process (SIGBUS); here it is an
    OSError when the file is made or grows.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists() or not path.stat().st_size:
            take_room(path, _SIZE)
        super().__init__(str(path))  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        needed = self._used + len(key.encode()) + 32
        capacity = self._capacity
        while needed > capacity:
            capacity *= 2
        if capacity > self._capacity:
            take_room(Path(self._fname), capacity)
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        """Write a value where it stands; every request writes three."""
        position = self._positions.get(key)
        if position is None:
            super().write_value(key, value, timestamp)  # type: ignore[no-untyped-call]
        else:  # at once, as the library does: a reader sees no half of it
            self._m[position : position + 16] = _two_doubles(value, timestamp)


def take_room(path: Path, size: int) -> None:
    """Make the file at least so long, on the disk too; raises OSError where there is no room."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
        else:
            os.truncate(file, size)
    except OSError:
        if not os.fstat(file).st_size:  # it has just been made
            path.unlink()
        raise
    finally:
        os.close(file)


def values_in(path: Path) -> dict[str, tuple[float, float]]:
    """The values of a file, each with its time, by their keys; empty where it cannot be read."""
    try:
        return {
            key: (value, at)
            for key, value, at, _ in MmapedDict.read_all_values_from_file(str(path))
            if json.loads(key)
        }
    except (OSError, RuntimeError, ValueError, struct.error):
        return {}
