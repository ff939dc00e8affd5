"""A spool in a directory of its own, and entries to put into it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from fireline.tracker.spool import Entry, Spool
from fireline.tracker.spool.local import LocalSpool

MEGABYTE = 1024 * 1024


def entry(envelope: bytes = b"{}\n", project: str = "crm", key: str = "") -> Entry:
    """An entry as it is accepted now."""
    return Entry(
        id=uuid4().hex,
        project=project,
        key=key,
        received_at=time.time(),
        is_scrubbed=True,
        envelope=envelope,
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the spool lies; it is not there yet."""
    return tmp_path / "spool"


@pytest.fixture
def open_spool(directory: Path) -> Iterator[Callable[..., LocalSpool]]:
    """Another spool on the same directory, as another process would open it."""
    opened = []

    def another(limit: int = 256 * MEGABYTE) -> LocalSpool:
        opened.append(LocalSpool(directory, limit))
        return opened[-1]

    yield another
    for spool in opened:
        spool.close()


@pytest.fixture
def spool(open_spool: Callable[..., LocalSpool]) -> LocalSpool:
    """The spool."""
    return open_spool()


def segments_in(directory: Path) -> list[Path]:
    """The files of entries, the oldest first."""
    return sorted(directory.glob("*.segment"))


def put_until_refused(spool: Spool, key: str = "") -> None:
    """Put entries of ten kilobytes until it is full."""
    for _ in range(1000):
        spool.put(entry(bytes(10_000), key=key))
