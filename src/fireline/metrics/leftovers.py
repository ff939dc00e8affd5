"""What processes that have ended leave behind: their counts count on, their files go."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from time import sleep
from typing import Any

from fireline.metrics.exemplars import Exemplars, exemplars_in, latest
from fireline.metrics.pages import Page, values_in

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows: nobody clears up while others write
    fcntl = None

SHARED = fcntl.LOCK_SH if fcntl else 0
EXCLUSIVE = fcntl.LOCK_EX if fcntl else 0

ARCHIVE = 0
"""The number in the place of the process's in the files of all that have ended."""


def clear(directory: Path, *, is_start: bool = False) -> None:
    """
    Add the counts of processes that have ended to the archive, and delete their files.

    At the start of a service, where no other process of it is alive, all files go, with what a
    former release has counted. Nothing is done while another process does the same.
    """
    with locked(directory, EXCLUSIVE) as is_ours:
        if not is_ours:
            return
        owners = {path: owner_of(path) for path in directory.iterdir() if path.suffix != ".lock"}
        alive = {pid for pid in owners.values() if pid > ARCHIVE and is_alive(pid)}
        dead = [path for path, pid in owners.items() if pid > ARCHIVE and pid not in alive]
        if is_start and not alive:
            for path in owners:
                path.unlink(missing_ok=True)
        else:
            _archive(directory, dead)


@contextmanager
def locked(directory: Path, how: int) -> Iterator[bool]:
    """
    Hold the directory's lock; False where somebody holds it for longer than a moment.

    The kernel frees it when its process ends.
    """
    if fcntl is None:
        yield False
        return
    file = os.open(directory / "metrics.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(20):
            with suppress(BlockingIOError):
                fcntl.flock(file, how | fcntl.LOCK_NB)
                break
            sleep(0.005)
        else:
            yield False
            return
        yield True
    finally:
        os.close(file)


def owner_of(path: Path) -> int:
    """The process whose file this is."""
    number = path.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else ARCHIVE


def is_alive(pid: int) -> bool:
    """Whether there is such a process; another one under the same number counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _archive(directory: Path, dead: list[Path]) -> None:
    for kind, paths in groupby(sorted(dead, key=_kind_of), _kind_of):
        files = list(paths)
        archive = directory / f"{kind}_{ARCHIVE}{files[0].suffix}"
        new = archive.with_suffix(".new")
        new.unlink(missing_ok=True)
        if kind == "exemplars":
            _write_exemplars(new, [archive, *files])
        elif not kind.startswith(("gauge_live", "gauge_all")):  # those tell of one process
            _write_values(new, kind, [archive, *files])
        if new.exists():
            # Killed between here and the last `unlink`, these are counted twice; the other way
            # round a scrape would miss them, which looks like a restart of all.
            new.replace(archive)
        for file in files:
            file.unlink(missing_ok=True)


def _kind_of(path: Path) -> str:
    return path.stem.rpartition("_")[0]


def _write_exemplars(new: Path, files: list[Path]) -> None:
    exemplars = Exemplars(new)
    told = latest(exemplars_in(file) for file in files)
    for sample in sorted(told, key=lambda sample: told[sample][2], reverse=True):
        exemplars.write(sample, told[sample])


def _write_values(new: Path, kind: str, files: list[Path]) -> None:
    merged: dict[str, tuple[float, float]] = {}
    for file in files:
        for key, (value, at) in values_in(file).items():
            merged[key] = _together(kind, merged.get(key), value, at)
    page = Page(new)
    for key, (value, at) in merged.items():
        page.write_value(key, value, at)
    page.close()


def _together(
    kind: str, before: tuple[float, float] | None, value: float, at: float
) -> tuple[float, float]:
    if before is None:
        return value, at
    if kind.endswith("_min"):
        return min(before[0], value), at
    if kind.endswith("_max"):
        return max(before[0], value), at
    if kind.endswith("_mostrecent"):
        return max(before, (value, at), key=lambda told: told[1])
    return before[0] + value, at
