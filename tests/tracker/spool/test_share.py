"""Many keys share one spool: who floods it leaves room for the others."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from fireline.tracker.spool import FullError, Spool
from fireline.tracker.spool.local import LocalSpool
from fireline.tracker.spool.lots import OWN, crowding, lot_of
from fireline.tracker.spool.streams import BYTES, HELD, RedisSpool
from tests.running import Valkey, valkey
from tests.tracker.spool.conftest import MEGABYTE, entry, put_until_refused, segments_in

Open = Callable[..., Spool]

LIMIT = 4 * MEGABYTE
CLIENTS = LIMIT * 7 / 8
NOISY, QUIET, THIRD = "a" * 32, "b" * 32, "d" * 32
SIZE = 10_000


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    """A Valkey of these tests."""
    with valkey() as server:
        yield server


@pytest.fixture(params=["files", "redis"])
def open_any(request: pytest.FixtureRequest, directory: Path) -> Iterator[Open]:
    """Another spool in the same place, as another process would open it; of each engine."""
    opened: list[Spool] = []
    address = ""
    if request.param == "redis":
        address = request.getfixturevalue("server").url
        redis.Redis.from_url(address).flushall()

    def another() -> Spool:
        opened.append(RedisSpool(address, LIMIT) if address else LocalSpool(directory, LIMIT))
        return opened[-1]

    yield another
    for spool in opened:
        spool.close()


def _filled(spool: Spool, key: str) -> int:
    """The bytes that this key may put until it is refused."""
    before = spool.depth().bytes
    with pytest.raises(FullError):
        put_until_refused(spool, key)
    return spool.depth().bytes - before


def test_one_key_alone_fills_half(open_any: Open) -> None:
    """The other half stays free, whatever it sends; the refusal says what to do."""
    spool = open_any()
    with pytest.raises(FullError, match="events_per_minute"):
        put_until_refused(spool, NOISY)

    assert spool.depth().bytes == pytest.approx(CLIENTS / 2, rel=1 / 5)


def test_whoever_comes_next_finds_room(open_any: Open) -> None:
    """While one key floods the spool another may have as much as is left free behind it, and so on."""
    spool = open_any()
    for _ in range(3):
        with suppress(FullError):
            put_until_refused(spool, NOISY)

    second, third = _filled(open_any(), QUIET), _filled(open_any(), THIRD)

    assert second == pytest.approx(CLIENTS / 4, rel=1 / 4)
    assert third == pytest.approx(CLIENTS / 8, rel=1 / 2)
    for _ in range(40):
        spool.put(entry(bytes(SIZE)))


def test_share_is_one_for_all_processes_and_outlives_them(open_any: Open) -> None:
    """Neither several processes of a host nor a restart give a key more than its share."""
    for _ in range(3):
        processes = [open_any(), open_any()]
        for process in processes:
            with pytest.raises(FullError):
                put_until_refused(process, NOISY)
        for process in processes:
            process.close()

    assert open_any().depth().bytes < CLIENTS / 2 + LIMIT / 8
    open_any().put(entry(bytes(SIZE), key=QUIET))


def test_room_comes_back_as_the_digest_goes_on(open_any: Open) -> None:
    """What is done is no longer held against the key."""
    spool = open_any()
    _filled(spool, NOISY)
    while taken := spool.take(100):
        spool.done(taken)

    assert _filled(open_any(), NOISY) == pytest.approx(CLIENTS / 2, rel=1 / 5)


def test_redis_forgets_keys_of_which_nothing_waits(server: Valkey) -> None:
    """Nothing is left in Redis behind the last entry; what was deleted there is held against nobody."""
    client = redis.Redis.from_url(server.url)
    client.flushall()
    spool = RedisSpool(server.url, LIMIT)
    for key in (NOISY, QUIET, ""):
        spool.put(entry(key=key))
    first = spool.take(1)
    spool.done(first)
    held = client.hkeys(HELD)
    spool.done(spool.take(10))
    left = client.keys()
    client.hset(HELD, NOISY, LIMIT)
    client.set(BYTES, LIMIT)

    spool.put(entry(key=NOISY))

    assert held == [QUIET.encode()]
    assert left == [b"{fireline}:spool"]
    spool.close()


def test_many_keys_make_few_files(directory: Path) -> None:
    """However many keys there are, a process has so many files open; all of them are read."""
    spool = LocalSpool(directory, LIMIT)
    for number in range(300):
        spool.put(entry(key=f"{number:032x}"))

    assert len(segments_in(directory)) <= 64
    assert len(spool.take(1000)) == 300
    spool.close()


def test_file_of_a_silent_key_is_let_go(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its key has sent nothing for a minute the digest may delete it."""
    spool = LocalSpool(directory, LIMIT)
    spool.put(entry(key=NOISY))
    spool.done(spool.take(10))
    monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic: now() + 61)

    spool.put(entry())
    spool.done(spool.take(10))

    assert [path.stem.rpartition("-")[2] for path in segments_in(directory)] == [OWN]
    spool.close()


def test_lots() -> None:
    """A key has the same lot in every process; what this service captures has one of its own."""
    assert lot_of("") == OWN
    assert lot_of(NOISY) == lot_of("a" * 32) != lot_of(QUIET) != lot_of(THIRD)


@pytest.mark.parametrize(
    ("held", "free", "expected"),
    [
        pytest.param({}, 100, [], id="empty"),
        pytest.param({"0a": 50}, 50, [], id="half"),
        pytest.param({"0a": 51}, 49, ["0a"], id="more-than-half"),
        pytest.param({"0a": 40, "0b": 30}, 30, ["0a"], id="one-of-two"),
        pytest.param({"0a": 34, "0b": 34}, 32, ["0a", "0b"], id="both"),
        pytest.param({OWN: 80, "0a": 10}, 10, [], id="own"),
    ],
)
def test_who_is_crowding(held: dict[str, int], free: int, expected: list[str]) -> None:
    """Whoever has more waiting than is still free."""
    assert list(crowding(held, free)) == expected
