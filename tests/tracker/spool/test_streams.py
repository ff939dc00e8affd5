"""A spool in a stream: shared by digesters of many hosts, safe over restarts of Redis, never hanging."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
import redis

from fireline.tracker.spool import FullError
from fireline.tracker.spool.streams import BYTES, STREAM, RedisSpool
from tests.running import Valkey, valkey
from tests.tracker.spool.conftest import MEGABYTE, entry, put_until_refused

Open = Callable[..., RedisSpool]

SOON = 0.05
"""Seconds after which these tests take a digester for dead."""


@pytest.fixture(scope="module")
def one_server() -> Iterator[Valkey]:
    """A Valkey that writes down what it answers for."""
    with valkey(is_durable=True) as server:
        yield server


@pytest.fixture
def server(one_server: Valkey) -> Valkey:
    """The same, empty."""
    redis.Redis.from_url(one_server.url).flushall()
    return one_server


@pytest.fixture
def open_spool(server: Valkey) -> Iterator[Open]:
    """Another spool, as another process would open it."""
    opened = []

    def another(limit: int = 256 * MEGABYTE, claim_after: float = 60.0) -> RedisSpool:
        opened.append(RedisSpool(server.url, limit, claim_after))
        return opened[-1]

    yield another
    for spool in opened:
        spool.close()


@pytest.fixture
def spool(open_spool: Open) -> RedisSpool:
    """The spool."""
    return open_spool()


def test_what_is_put_is_taken(spool: RedisSpool) -> None:
    """An entry comes out as it went in, byte for byte."""
    given = entry(bytes(range(256)) * 100, project="Kaffee & Küche", key="a" * 32)
    spool.put(given)

    (taken,) = spool.take(10)

    assert taken.entry == given
    assert taken.attempts == 1


def test_done_leaves_nothing(spool: RedisSpool, server: Valkey) -> None:
    """What is done is no more in Redis, neither its bytes nor its part of the budget."""
    for _ in range(3):
        spool.put(entry(bytes(1000)))
    spool.done(spool.take(2))
    assert (spool.depth().entries, spool.depth().bytes) == (1, 1203)

    spool.done(spool.take(2))

    client = redis.Redis.from_url(server.url)
    assert (client.xlen(STREAM), client.get(BYTES)) == (0, None)
    assert spool.depth().oldest_at is None


def test_two_digesters_share_the_work(spool: RedisSpool, open_spool: Open) -> None:
    """What one has in its hands the other does not get."""
    other = open_spool()
    given = [entry() for _ in range(6)]
    for each in given:
        spool.put(each)

    batches = [digester.take(2) for digester in (spool, other, spool)]

    assert [[each.entry for each in taken] for taken in batches] == [
        given[:2],
        given[2:4],
        given[4:],
    ]
    assert other.take(10) == []


def test_batch_is_bounded_in_bytes(spool: RedisSpool) -> None:
    """A batch ends with the entry that fills it."""
    for size in (600, 600, 600, 5000):
        spool.put(entry(bytes(size)))

    batches = [[len(each.entry.envelope) for each in spool.take(10, 1000)] for _ in range(2)]

    assert batches == [[600, 600], [600, 5000]]


def test_dead_digesters_entries_are_taken_over(open_spool: Open) -> None:
    """What a dead digester had is another's after a while: alone, with the count of its attempts."""
    dead, heir = open_spool(claim_after=SOON), open_spool(claim_after=SOON)
    given = [entry() for _ in range(4)]
    for each in given[:3]:
        dead.put(each)
    dead.take(3)
    dead.put(given[3])
    time.sleep(2 * SOON)

    batches = []
    while taken := heir.take(10):
        heir.done(taken)
        batches.append([(each.entry, each.attempts) for each in taken])

    assert batches == [[(given[0], 2)], [(given[1], 2)], [(given[2], 2)], [(given[3], 1)]]


def test_entries_of_a_killed_neighbour_are_taken_over_at_once(
    spool: RedisSpool, open_spool: Open
) -> None:
    """A worker of the same host that runs no more is not waited for."""
    given = entry()
    spool.put(given)
    neighbour = os.fork()
    if not neighbour:
        open_spool().take(10)
        os._exit(0)
    os.waitpid(neighbour, 0)

    taken = open_spool().take(10)

    assert [(each.entry, each.attempts) for each in taken] == [(given, 2)]


def test_poison_is_known_by_its_attempts(open_spool: Open) -> None:
    """Each death counts, in whichever host the digester dies."""
    open_spool().put(entry())
    attempts = []
    for _ in range(3):
        (taken,) = open_spool(claim_after=SOON).take(1)
        attempts.append(taken.attempts)
        time.sleep(2 * SOON)

    assert attempts == [1, 2, 3]


def test_given_back_comes_again_at_once(spool: RedisSpool, open_spool: Open) -> None:
    """What could not be stored is anybody's again, in one batch, and is not suspicious."""
    for _ in range(4):
        spool.put(entry())
    taken = spool.take(3)

    spool.give_back(taken)

    again = open_spool().take(10)
    assert [each.entry for each in again[:3]] == [each.entry for each in taken]
    assert [each.attempts for each in again] == [1, 1, 1, 1]


def test_what_was_taken_over_is_not_given_back(open_spool: Open) -> None:
    """A digester that was slow cannot give away what is another's meanwhile."""
    slow, other = open_spool(claim_after=SOON), open_spool(claim_after=SOON)
    slow.put(entry())
    taken = slow.take(1)
    time.sleep(2 * SOON)
    other.take(1)

    slow.give_back(taken)

    assert open_spool().take(1) == []


@pytest.mark.parametrize("is_slow_first", [True, False], ids=["slow-first", "other-first"])
def test_entry_in_two_hands_may_be_stored_again(open_spool: Open, is_slow_first: bool) -> None:
    """Who has taken over from a worker that was only slow, and the slow one itself, hear that another has it."""
    slow, other = open_spool(), open_spool(claim_after=SOON)
    slow.put(entry())
    slow.put(entry())
    both = slow.take(10)
    time.sleep(2 * SOON)
    one = other.take(10)

    if is_slow_first:
        heard = slow.done(both), other.done(one)
    else:
        heard = other.done(one), slow.done(both)

    assert heard == (False, False)
    assert slow.depth().entries == 0


def test_entry_that_one_worker_had_is_never_stored_again(spool: RedisSpool) -> None:
    """That holds for all that nobody has taken over, also where it was given back before."""
    spool.put(entry())
    spool.give_back(spool.take(10))

    assert spool.done(spool.take(10))


def test_full_spool_refuses(open_spool: Open) -> None:
    """A full spool takes nothing more, and takes again when there is room."""
    spool = open_spool(10_000)
    for _ in range(8):
        spool.put(entry(bytes(1000)))
    with pytest.raises(FullError, match="TRACKER_SPOOL_MB"):
        spool.put(entry(bytes(1000)))

    spool.done(spool.take(1))

    spool.put(entry(bytes(1000)))


def test_clients_leave_room_for_the_services_own(open_spool: Open) -> None:
    """Who floods the tracker from outside does not keep the service from telling its own failures."""
    spool = open_spool(100_000)
    with pytest.raises(FullError):
        put_until_refused(spool, key="a" * 32)

    spool.put(entry(bytes(1000)))


def test_entry_of_another_program_blocks_nothing(
    spool: RedisSpool, server: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """What somebody else has put into the stream is said, and gone."""
    redis.Redis.from_url(server.url).xadd(STREAM, {"hello": "world"})
    spool.put(entry(b"ours"))

    assert [each.entry.envelope for each in spool.take(10)] == [b"ours"]
    assert spool.depth().entries == 1
    assert "none of Fireline's" in caplog.text


def test_deleted_stream_is_no_full_one(open_spool: Open, server: Valkey) -> None:
    """Who deletes the stream has made room, and the group of digesters is made anew."""
    spool = open_spool(10_000)
    for _ in range(8):
        spool.put(entry(bytes(1000)))
    spool.take(1)
    redis.Redis.from_url(server.url).delete(STREAM)

    spool.put(entry(bytes(1000)))

    assert len(spool.take(10)) == 1


def test_redis_without_memory_is_full(spool: RedisSpool, server: Valkey) -> None:
    """A Redis that may take no more memory refuses as a full spool does, and the digest goes on."""
    client = redis.Redis.from_url(server.url)
    for _ in range(2):
        spool.put(entry())
    spool.done(spool.take(1))
    client.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(FullError, match="no memory"):
            spool.put(entry())
        spool.done(spool.take(1))
        assert spool.depth().entries == 0
    finally:
        client.config_set("maxmemory", "0")


def test_killed_redis_keeps_what_it_answered_for(spool: RedisSpool, server: Valkey) -> None:
    """With appendfsync always a crash of Redis loses nothing, and the same spool goes on."""
    given = [entry(bytes(1000)) for _ in range(20)]
    for each in given:
        spool.put(each)
    in_hands = spool.take(5)

    server.end()
    server.start()
    spool.put(entry(b"after"))
    spool.done(in_hands)

    left = [each.entry for each in spool.take(100)]
    assert left[:-1] == given[5:]
    assert left[-1].envelope == b"after"


def test_hung_redis_costs_one_request_a_second(spool: RedisSpool, server: Valkey) -> None:
    """One waits, the others are refused at once; when it answers again, they are accepted again."""
    spool.put(entry())
    server.pause()
    try:
        started = time.monotonic()
        with pytest.raises(TimeoutError, match="in time"):
            spool.put(entry())
        waited = time.monotonic() - started
        for _ in range(100):
            with pytest.raises(ConnectionError, match="asked again"):
                spool.put(entry())
        refused = time.monotonic() - started - waited
    finally:
        server.resume()
    spool._circuit._open_until = 0.0  # it asks again after five seconds

    spool.put(entry())

    assert waited < 10  # a second, or for ever
    assert refused < 5  # a hundred at once, or a second each


def test_dead_redis_is_an_os_error_without_the_password(server: Valkey) -> None:
    """Where nobody listens, callers get an error that they know, and no secret."""
    spool = RedisSpool("redis://admin:hunter2@127.0.0.1:1/3", MEGABYTE)

    with pytest.raises(OSError, match=r"127\.0\.0\.1:1/3") as refusal:
        spool.put(entry())

    assert "hunter2" not in str(refusal.value)
    with pytest.raises(OSError, match="cannot be reached"):
        spool.take(1)


def test_key_of_another_program_is_an_os_error(spool: RedisSpool, server: Valkey) -> None:
    """Whatever else Redis refuses is an OSError as well."""
    redis.Redis.from_url(server.url).set(STREAM, "mine")

    with pytest.raises(OSError, match="refuses"):
        spool.put(entry())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: run it on Linux or macOS")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests leave threads
def test_child_has_connections_of_its_own(spool: RedisSpool) -> None:
    """Parent and child of a fork put at the same time and do not read each other's answers."""
    spool.put(entry(b"before"))
    child = os.fork()
    for _ in range(50):
        spool.put(entry(b"both"))
    if not child:
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert spool.depth().entries == 101


def test_digesters_that_ended_are_forgotten(
    spool: RedisSpool, open_spool: Open, server: Valkey
) -> None:
    """Names of digesters do not pile up; one with entries in its hands is kept, or they were lost."""
    client = redis.Redis.from_url(server.url)
    for number in range(3):
        spool.put(entry())
        other = open_spool()
        taken = other.take(1)
        if number:
            other.done(taken)
    time.sleep(0.01)

    spool._forget(args=["digest", 1])

    assert len(client.xinfo_consumers(STREAM, "digest")) == 1
