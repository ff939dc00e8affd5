"""What kills, full disks and flipped bits leave behind costs what it hit, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fireline.tracker.spool import frames
from fireline.tracker.spool.entry import Entry
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import entry, segments_in

Open = Callable[..., LocalSpool]

SIZE = frames.HEAD_SIZE + len("crm") + 1000
"""What an entry of a thousand bytes takes."""


@pytest.fixture
def written(open_spool: Open) -> list[Entry]:
    """Five entries of a writer that is dead."""
    writer = open_spool()
    given = [entry(bytes([number]) * 1000) for number in range(5)]
    for each in given:
        writer.put(each)
    writer.close()
    return given


def taken_of(spool: LocalSpool) -> list[Entry]:
    """Everything that can be taken."""
    found = []
    while taken := spool.take(2):
        found += [each.entry for each in taken]
        spool.done(taken)
    return found


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(0, id="mark"),
        pytest.param(12, id="length-by-a-giga"),
        pytest.param(15, id="length-by-a-byte"),
        pytest.param(17, id="checksum"),
        pytest.param(25, id="time"),
        pytest.param(frames.HEAD_SIZE, id="name"),
        pytest.param(frames.HEAD_SIZE + 500, id="envelope"),
        pytest.param(SIZE - 1, id="last-byte"),
    ],
)
@pytest.mark.parametrize("which", [0, 2, 4])
def test_flipped_bit_costs_one_entry(
    written: list[Entry], spool: LocalSpool, directory: Path, at: int, which: int
) -> None:
    """Whatever the disk spoils of an entry, those before and behind it are taken; it is kept aside."""
    (segment,) = segments_in(directory)
    content = bytearray(segment.read_bytes())
    content[which * SIZE + at] ^= 0x40
    segment.write_bytes(content)

    found = taken_of(spool)

    assert found == [each for each in written if each != written[which]]
    assert (spool.depth().broken, spool.depth().entries) == (1, 0)
    (aside,) = (directory / "broken").iterdir()
    assert aside.read_bytes() == content[which * SIZE : (which + 1) * SIZE]


@pytest.mark.parametrize("left", [1, frames.HEAD_SIZE - 1, frames.HEAD_SIZE, 500, SIZE - 1])
def test_torn_entry_of_a_killed_writer_blocks_nothing(
    written: list[Entry], spool: LocalSpool, directory: Path, left: int
) -> None:
    """A writer killed within a write leaves an entry that nobody was told was accepted: it is counted."""
    (segment,) = segments_in(directory)
    os.truncate(segment, 4 * SIZE + left)

    found = taken_of(spool)

    assert found == written[:4]
    assert (spool.depth().torn, spool.depth().broken) == (1, 0)
    assert segments_in(directory) == []


def test_what_is_being_written_is_waited_for(spool: LocalSpool, directory: Path) -> None:
    """While a writer lives half an entry at the end of its file is no broken one."""
    spool.put(entry(bytes(1000)))
    (segment,) = segments_in(directory)
    whole = segment.read_bytes()
    os.truncate(segment, 500)
    assert spool.take(10) == []

    segment.write_bytes(whole)

    assert len(taken_of(spool)) == 1
    assert (spool.depth().torn, spool.depth().broken) == (0, 0)


def test_zeros_after_a_loss_of_power_end_a_file(
    written: list[Entry], spool: LocalSpool, directory: Path
) -> None:
    """A file system may give back a file as long as it was, with zeros where nothing was written yet."""
    (segment,) = segments_in(directory)
    content = segment.read_bytes()
    segment.write_bytes(content[: 3 * SIZE] + bytes(2 * SIZE))

    assert taken_of(spool) == written[:3]
    assert segments_in(directory) == []


def test_frame_within_an_envelope_is_no_frame(spool: LocalSpool, open_spool: Open) -> None:
    """A client that writes what looks like an entry into its envelope gets nothing of it in."""
    forged = b"".join(frames.framed(entry(b"forged", project="admin"), bytes(8), 0))
    writer = open_spool()
    writer.put(entry(forged * 50))
    writer.put(entry(b"honest"))
    writer.close()
    (segment,) = segments_in(writer.directory)
    content = bytearray(segment.read_bytes())
    content[12] ^= 0x40
    segment.write_bytes(content)

    assert [each.envelope for each in taken_of(spool)] == [b"honest"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"segments": {"x": 1}}', b"\xff" * 99])
def test_without_positions_everything_is_taken_again(
    written: list[Entry], open_spool: Open, directory: Path, content: bytes
) -> None:
    """Where it cannot be read how far the digest was, entries come twice rather than never."""
    spool = open_spool()
    spool.done(spool.take(2))
    for path in directory.glob("positions.*"):
        path.write_bytes(content)

    assert taken_of(open_spool()) == written


@pytest.mark.parametrize("cut", [0, 1, 9, 30])
def test_half_written_positions_are_those_before(
    written: list[Entry], open_spool: Open, directory: Path, cut: int
) -> None:
    """A digester killed while it notes what is done leaves what it had noted before."""
    spool = open_spool()
    spool.done(spool.take(2))
    spool.take(1)
    spool.close()
    newest = max(directory.glob("positions.*"), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:cut])

    (taken,) = open_spool().take(1)

    assert (taken.entry, taken.attempts) == (written[2], 1)


def test_position_behind_the_end_loses_nothing_later(spool: LocalSpool, directory: Path) -> None:
    """A file that is shorter after a loss of power than its position says is just done."""
    for _ in range(3):
        spool.put(entry(bytes(1000)))
    spool.done(spool.take(10))
    spool.close()
    (segment,) = segments_in(directory)
    os.truncate(segment, 100)

    spool.put(entry(b"later"))

    assert [each.envelope for each in taken_of(spool)] == [b"later"]


def test_files_of_others_are_left_alone(spool: LocalSpool, directory: Path) -> None:
    """What is no segment is neither read nor deleted."""
    spool.put(entry())
    (directory / "notes.txt").write_text("do not touch")
    (directory / "0-0-0.segment").write_text("no segment")

    assert len(taken_of(spool)) == 1
    assert (directory / "notes.txt").exists()


def test_emptied_directory_is_noticed(spool: LocalSpool, directory: Path) -> None:
    """Who deletes the files of a running service loses what was in them, not what comes later."""
    spool.put(entry())
    for segment in segments_in(directory):
        segment.unlink()
    spool._writer._growing["own"]._look_at = 0.0  # it looks once a second

    spool.put(entry(b"later"))

    assert [each.envelope for each in taken_of(spool)] == [b"later"]
