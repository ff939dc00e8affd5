"""Where a spool may lie, who may see it, and what is said where it cannot be."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fireline.tracker.spool import FullError
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import MEGABYTE, entry, segments_in

Open = Callable[..., LocalSpool]


def test_only_its_user_sees_it(open_spool: Open, directory: Path) -> None:
    """Directory and files are for the user of the service alone, whatever the umask."""
    before = os.umask(0)
    try:
        spool = open_spool()
        spool.put(entry())
        spool.done(spool.take(1))
    finally:
        os.umask(before)

    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


def test_open_directory_is_closed(spool: LocalSpool, directory: Path) -> None:
    """A directory that was made with mkdir is taken, and closed to others."""
    directory.mkdir(mode=0o755)

    spool.put(entry())

    assert directory.stat().st_mode & 0o777 == 0o700


def test_link_is_not_followed(spool: LocalSpool, directory: Path, tmp_path: Path) -> None:
    """A link in the place of the directory leads nowhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    directory.symlink_to(elsewhere)

    with pytest.raises(OSError, match="TRACKER_SPOOL"):
        spool.put(entry())

    assert list(elsewhere.iterdir()) == []


def test_link_in_the_place_of_a_file_is_not_followed(
    spool: LocalSpool, directory: Path, tmp_path: Path
) -> None:
    """Neither is one in the place of the positions that are to be written."""
    secret = tmp_path / "secret"
    secret.write_text("keep")
    spool.put(entry())
    (directory / "positions.1").symlink_to(secret)

    assert len(spool.take(10)) == 1
    assert secret.read_text() == "keep"


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to give a directory away")
def test_foreign_directory_is_refused(spool: LocalSpool, directory: Path) -> None:
    """Who owns the directory could exchange what is in it; root does not write there either."""
    directory.mkdir(mode=0o777)
    os.chown(directory, 12345, 12345)

    with pytest.raises(PermissionError, match="belongs to user 12345"):
        spool.put(entry())
    with pytest.raises(PermissionError, match="belongs to user 12345"):
        spool.take(10)


@pytest.mark.parametrize("place", ["/dev/null/spool", "/proc/fireline-spool"])
def test_impossible_place_says_the_way_out(place: str) -> None:
    """Where nothing can be written it is an OSError that names the setting; reading finds nothing."""
    spool = LocalSpool(place, MEGABYTE)

    with pytest.raises(OSError, match="TRACKER_SPOOL"):
        spool.put(entry())


FULL_DISK = """
import resource, sys
from fireline.tracker.spool import FullError
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import entry

spool = LocalSpool(sys.argv[1], 2**28)
spool.put(entry(b"before" + bytes(6000)))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
for size in (6000, 3000, 50_000):
    try:
        spool.put(entry(bytes(size)))
        print("accepted", size)
    except FullError as error:
        print("refused", size, "full" in str(error))
taken = spool.take(1)  # the digest goes on
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.done(taken)
spool.put(entry(b"after"))
"""


def test_full_disk_refuses_and_spoils_nothing(spool: LocalSpool, directory: Path) -> None:
    """
    What fits in half is refused and undone; what fits is accepted, and taken afterwards.

    A limit of the file's size stands in for the disk: the kernel writes what still fits, too.
    """
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(directory)],
        check=True, capture_output=True, text=True, timeout=30,
    ).stdout  # fmt: skip

    assert said.splitlines() == ["refused 6000 True", "accepted 3000", "refused 50000 True"]
    taken = spool.take(10)
    assert [len(each.entry.envelope) for each in taken] == [3000, 5]
    spool.done(taken)
    assert (spool.depth().torn, spool.depth().broken) == (0, 0)


def test_digest_empties_a_full_disk(
    open_spool: Open, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where positions cannot be written the digest goes on all the same, and deletes what is done."""
    writer, living, spool = open_spool(), open_spool(), open_spool()
    for each in (writer, living):
        each.put(entry(bytes(1000)))
    writer.close()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    counts = []
    for _ in range(3):
        spool.done(taken := spool.take(1))
        counts.append(len(taken))

    assert counts == [1, 1, 0]
    assert len(segments_in(directory)) == 1
    monkeypatch.undo()
    assert spool.take(1) == []
    assert spool.depth().entries == 0


def test_full_disk_is_told_as_full(spool: LocalSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room for a new file is no other trouble than no room in one: clients shall come back later."""

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    spool.directory.mkdir()
    monkeypatch.setattr(os, "open", full)
    with pytest.raises(FullError, match="No space left"):
        spool.put(entry())
