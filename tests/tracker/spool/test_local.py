"""What is put into a spool of files is taken out of it, by one digester at a time."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fireline.tracker.spool import Entry, FullError, frames, reader
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import MEGABYTE, entry, put_until_refused, segments_in

Open = Callable[..., LocalSpool]


def test_what_is_put_is_taken(spool: LocalSpool) -> None:
    """An entry comes out as it went in, whatever bytes its envelope and its names are made of."""
    given = entry(bytes(range(256)) * 100, project="Kaffee & Küche", key="a" * 32)
    spool.put(given)

    (taken,) = spool.take(10)

    assert taken.entry == given
    assert taken.attempts == 1


def test_empty_envelope_is_an_entry_too(spool: LocalSpool) -> None:
    """Whether an envelope makes sense is the digest's question."""
    spool.put(entry(b"", project=""))

    assert [taken.entry.envelope for taken in spool.take(10)] == [b""]


def test_done_is_done(spool: LocalSpool, open_spool: Open) -> None:
    """What is done is never taken again, not by another process either."""
    for _ in range(3):
        spool.put(entry())
    spool.done(spool.take(2))

    assert spool.depth().entries == 1
    assert len(open_spool().take(10)) == 1


def test_oldest_of_all_processes_is_first(spool: LocalSpool, open_spool: Open) -> None:
    """Entries of several processes come in the order in which they were received."""
    processes = [spool, open_spool(), open_spool()]
    given = [entry(b"%d" % number) for number in range(12)]
    for number, each in enumerate(given):
        processes[number % 3].put(each)

    taken = [*spool.take(5), *spool.take(100)]

    assert [each.entry for each in taken] == given


def test_batch_is_bounded_in_bytes(spool: LocalSpool) -> None:
    """No batch is larger than asked for, but an entry that alone is larger comes all the same."""
    for size in (400, 400, 400, 5000, 400):
        spool.put(entry(bytes(size)))

    batches = [[len(each.entry.envelope) for each in spool.take(10, 1000)] for _ in range(4)]

    assert batches == [[400, 400], [400], [5000], [400]]


def test_one_digester_at_a_time(spool: LocalSpool, open_spool: Open) -> None:
    """While one has entries in its hands another finds nothing; when it is done, the rest."""
    other = open_spool()
    for _ in range(4):
        spool.put(entry())

    in_hands = spool.take(2)

    assert other.take(10) == []
    spool.done(in_hands)
    assert len(other.take(10)) == 2


def test_done_in_any_order(spool: LocalSpool, open_spool: Open) -> None:
    """Of a batch some may be done and others given back: only those are taken again."""
    given = [entry() for _ in range(5)]
    for each in given:
        spool.put(each)
    taken = spool.take(5)

    spool.done([taken[3], taken[1]])
    spool.give_back([taken[0], taken[4]])
    spool.done([taken[2]])

    assert [each.entry for each in open_spool().take(10)] == [given[0], given[4]]


def test_done_twice_is_done(spool: LocalSpool) -> None:
    """Two digesters that had the same entry, after one was taken for dead, are both right."""
    for _ in range(2):
        spool.put(entry())
    taken = spool.take(1)

    spool.done(taken)
    spool.done(taken)

    assert spool.depth().entries == 1
    assert len(spool.take(10)) == 1


def test_given_back_is_not_an_attempt(spool: LocalSpool) -> None:
    """A database that is away for hours makes no entry suspicious."""
    for _ in range(3):
        spool.put(entry())
    for _ in range(5):
        spool.give_back(spool.take(10))

    assert [taken.attempts for taken in spool.take(10)] == [1, 1, 1]


def test_what_a_digester_died_of_is_taken_alone(open_spool: Open) -> None:
    """After a death each entry of the batch comes alone, and says how often it was taken."""
    writer = open_spool()
    for _ in range(3):
        writer.put(entry())
    dead = open_spool()
    dead.take(10)
    dead.close()  # for the kernel no other than its death

    digester = open_spool()
    batches = []
    while taken := digester.take(10):
        batches.append([each.attempts for each in taken])
        digester.done(taken)

    assert batches == [[2], [2], [2]]


def test_poison_is_known_by_its_attempts(open_spool: Open) -> None:
    """The one entry that each digester dies of counts on; the others do not wait for it to be known."""
    writer = open_spool()
    poison = entry(b"poison")
    writer.put(poison)
    writer.put(entry())
    attempts = []
    for _ in range(4):
        digester = open_spool()
        taken = digester.take(10)
        attempts.append([each.attempts for each in taken if each.entry == poison])
        digester.close()

    assert attempts == [[1], [2], [3], [4]]


def test_finished_files_are_deleted(spool: LocalSpool, directory: Path, open_spool: Open) -> None:
    """When a writer has ended and all that it wrote is done, its file goes."""
    spool.put(entry())
    spool.close()
    reader = open_spool()

    reader.done(reader.take(10))

    assert segments_in(directory) == []


def test_file_that_may_grow_is_kept(spool: LocalSpool, directory: Path, open_spool: Open) -> None:
    """A writer that lives goes on in its file, and nothing that it adds is lost."""
    reader = open_spool()
    for _ in range(3):
        spool.put(entry())
        reader.done(reader.take(10))

    assert len(segments_in(directory)) == 1
    assert reader.depth().entries == 0


def test_full_file_is_followed_by_another(open_spool: Open, directory: Path) -> None:
    """A file ends when it is large enough, so that what is done can be deleted."""
    spool = open_spool(MEGABYTE)
    for _ in range(10):
        spool.put(entry(bytes(20_000)))

    assert 3 <= len(segments_in(directory)) <= 4


def test_full_spool_refuses(open_spool: Open) -> None:
    """A full spool takes nothing more, says what to do, and takes again when there is room."""
    spool = open_spool(MEGABYTE)
    with pytest.raises(FullError, match="TRACKER_SPOOL_MB") as refusal:
        put_until_refused(spool)
    accepted = spool.depth().entries

    spool.done(spool.take(50))
    spool._writer._room._refused = (0, 0.0)  # it looks again after a tenth of a second

    assert refusal.value.retry_after > 0
    assert MEGABYTE * 0.95 < accepted * 10_000 < MEGABYTE
    spool.put(entry())


def test_clients_leave_room_for_the_services_own(open_spool: Open) -> None:
    """Who floods the tracker from outside does not keep the service from telling its own failures."""
    spool = open_spool(MEGABYTE)
    with pytest.raises(FullError):
        put_until_refused(spool, key="a" * 32)

    for _ in range(10):
        spool.put(entry(bytes(10_000)))


def test_all_processes_share_the_room(open_spool: Open) -> None:
    """Processes together exceed the budget by a sixteenth at most."""
    spools = [open_spool(MEGABYTE) for _ in range(4)]
    refused = 0
    for number in range(400):
        try:
            spools[number % 4].put(entry(bytes(5_000)))
        except FullError:
            refused += 1

    assert refused
    assert spools[0].depth().bytes <= MEGABYTE * 17 / 16


def test_entry_larger_than_the_spool_hurts_no_other(open_spool: Open) -> None:
    """Only what is too large is refused."""
    spool = open_spool(MEGABYTE)
    with pytest.raises(FullError):
        spool.put(entry(bytes(2 * MEGABYTE)))

    spool.put(entry())


def test_threads_may_put_and_take(spool: LocalSpool) -> None:
    """Entries of many threads are all there, once each."""
    given = [[entry(bytes(300)) for _ in range(100)] for _ in range(6)]
    threads = [
        threading.Thread(target=lambda mine=mine: [spool.put(each) for each in mine])
        for mine in given
    ]
    found: list[str] = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) or spool.depth().entries:
        taken = spool.take(50)
        spool.done(taken)
        found += [each.entry.id for each in taken]

    assert sorted(found) == sorted(each.id for mine in given for each in mine)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: run it on Linux or macOS")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests leave threads
def test_child_writes_a_file_of_its_own(spool: LocalSpool, directory: Path) -> None:
    """A forked child neither writes into its parent's file nor frees its lock."""
    spool.put(entry(b"parent"))
    child = os.fork()
    if not child:
        spool.put(entry(b"child"))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    spool.put(entry(b"parent"))

    taken = spool.take(10)
    spool.done(taken)

    assert sorted(each.entry.envelope for each in taken) == [b"child", b"parent", b"parent"]
    assert len(segments_in(directory)) == 1


def test_signal_in_the_middle_of_a_put_is_refused(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal handler that puts while its thread puts neither waits for ever nor spoils anything."""
    refused = []
    write = os.writev

    def interrupted(file: int, parts: tuple[bytes, ...]) -> int:
        with pytest.raises(BlockingIOError) as refusal:
            spool.put(entry(b"of the handler"))
        refused.append(refusal.value)
        return write(file, parts)

    monkeypatch.setattr(os, "writev", interrupted)
    spool.put(entry())
    monkeypatch.undo()

    assert len(refused) == 1
    assert len(spool.take(10)) == 1


def test_exception_of_a_signal_costs_nobody_else_an_entry(
    spool: LocalSpool, open_spool: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it came behind may be digested already: what is put next does not lie in its place."""
    other = open_spool()
    write = os.writev

    def ended(file: int, parts: tuple[bytes, ...]) -> int:
        write(file, parts)
        other.done(other.take(10))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "writev", ended)
    with pytest.raises(KeyboardInterrupt):
        spool.put(entry(b"first"))
    monkeypatch.undo()
    spool.put(entry(b"next"))

    assert [each.entry.envelope for each in other.take(10)] == [b"next"]


def test_child_forked_within_a_batch_locks_nobody_out(spool: LocalSpool, open_spool: Open) -> None:
    """As long as it lives it has the parent's files open."""
    other = open_spool()
    spool.put(entry(b"one"))
    taken = spool.take(1)
    lock = spool._reader._lock
    assert lock is not None
    inherited = os.dup(lock)
    spool.done(taken)
    spool.put(entry(b"two"))

    assert [each.entry.envelope for each in other.take(10)] == [b"two"]
    os.close(inherited)


def test_depth_tells_what_waits(spool: LocalSpool, open_spool: Open) -> None:
    """Entries, bytes and the oldest, as any process sees them, also while others are taken."""
    other = open_spool()
    given = [entry(bytes(1000)) for _ in range(4)]
    for each in given:
        spool.put(each)
    spool.done(spool.take(1))
    other.put(entry(bytes(1000)))

    depth = other.depth()

    assert depth.entries == 4
    assert 4000 < depth.bytes < 4400
    assert depth.oldest_at == given[1].received_at
    assert (depth.torn, depth.broken) == (0, 0)


def test_empty_spool_is_empty(spool: LocalSpool, directory: Path) -> None:
    """Before the first entry there is nothing, not even a directory."""
    assert spool.take(10) == []
    assert spool.depth().entries == 0
    assert spool.depth().oldest_at is None
    assert not directory.exists()


def _files() -> int:
    """How many this process has open."""
    return len([*Path("/dev/fd").iterdir()])


def test_digester_has_few_segments_open(
    spool: LocalSpool, open_spool: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many processes and keys write, requests beside the digest have files left; what is done is closed."""
    for writer in [open_spool() for _ in range(9)]:
        writer.put(entry())
    spool.done(spool.take(3))
    monkeypatch.setattr(reader, "_OPEN_AT_MOST", 2)
    before = _files()
    opened = []

    def entry_of(*which: Any) -> Entry | None:
        opened.append(_files() - before)
        return read(*which)

    read = frames.entry_of
    monkeypatch.setattr(frames, "entry_of", entry_of)
    taken = spool.take(100)

    assert len(taken) == 6
    assert max(opened) <= 3  # and the lock
