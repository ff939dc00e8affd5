"""
What accepting an event costs a request: four writers and a digester on one spool, engines side by side.

    python -m bench.spool [--rounds 5] [--entries 1500]

Segments are what Fireline uses without a Redis, the stream what it uses with one (a Valkey on this
host, append-only file written down every second); SQLite (WAL, synchronous=NORMAL) is the plain way
that was not taken. Each writer puts an entry, rests for a millisecond as a service would, and puts
the next. The engines take turns, because machines have moods; the median of all rounds is told.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psutil

from fireline.tracker.spool import Entry, Spool
from fireline.tracker.spool.local import LocalSpool
from fireline.tracker.spool.streams import RedisSpool
from tests.running import Valkey, valkey

WRITERS = 4
BATCH = 100
LIMIT = 1024 * 1024 * 1024
REST = 0.001
SIZES = (4_000, 25_000)

context = multiprocessing.get_context("fork")


class SQLiteSpool:
    """A table of entries: accepted by an INSERT, taken by a SELECT, done by a DELETE."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=20)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS entry (n INTEGER PRIMARY KEY, id, project, at, envelope BLOB)"
        )

    def put(self, entry: Entry) -> None:
        self._connection.execute(
            "INSERT INTO entry (id, project, at, envelope) VALUES (?, ?, ?, ?)",
            (entry.id, entry.project, entry.received_at, entry.envelope),
        )

    def take(self, limit: int) -> Sequence[Any]:
        return self._connection.execute(
            "SELECT n, id, project, at, envelope FROM entry ORDER BY n LIMIT ?", (limit,)
        ).fetchall()

    def done(self, taken: Sequence[Any]) -> None:
        self._connection.execute("DELETE FROM entry WHERE n <= ?", (taken[-1][0],))


@contextmanager
def segments(directory: Path) -> Iterator[Callable[[], Spool]]:
    yield lambda: LocalSpool(directory / "spool", LIMIT)


@contextmanager
def sqlite(directory: Path) -> Iterator[Callable[[], Any]]:
    yield lambda: SQLiteSpool(directory / "spool.sqlite3")


@contextmanager
def stream(server: Valkey) -> Iterator[Callable[[], Spool]]:
    yield lambda: RedisSpool(server.url, LIMIT)


def entries(count: int, size: int) -> list[Entry]:
    """As the SDK makes them: text, of one size."""
    letters = b"abcdefghijklmnopqrstuvwxyz {}[]:,0123456789"
    envelope = bytes(random.choices(letters, k=size))
    return [
        Entry(
            id=uuid4().hex, project="shop", key="", received_at=time.time(), is_scrubbed=True,
            envelope=envelope,
        )
        for _ in range(count)
    ]  # fmt: skip


def write(opened: Callable[[], Any], count: int, size: int, results: Any) -> None:
    """Put them, and tell how long each took, and the processor's time of all."""
    spool = opened()
    times = []
    used = 0.0
    for each in entries(count, size):
        started, before = time.perf_counter(), time.thread_time()
        spool.put(each)
        used += time.thread_time() - before
        times.append(time.perf_counter() - started)
        time.sleep(REST)
    results.put((times[1:], used))  # the first finds no file and no connection


def digest(opened: Callable[[], Any], count: int, results: Any) -> None:
    """Take them all, and tell the processor's time of it."""
    spool = opened()
    used = 0.0
    while count > 0:
        before = time.thread_time()
        taken = spool.take(BATCH)
        if taken:
            spool.done(taken)
            used += time.thread_time() - before
            count -= len(taken)
        else:
            time.sleep(0.005)
    results.put(([], used))


def run(opened: Callable[[], Any], count: int, size: int) -> tuple[list[float], float]:
    """The seconds of each put, and the processor's seconds of one entry: put, taken and done."""
    results = context.Queue()
    processes = [
        context.Process(target=digest, args=(opened, WRITERS * count, results)),
        *(
            context.Process(target=write, args=(opened, count, size, results))
            for _ in range(WRITERS)
        ),
    ]
    for process in processes:
        process.start()
    found = [results.get() for _ in processes]
    for process in processes:
        process.join()
    times = [each for some, _ in found for each in some]
    return times, sum(used for _, used in found) / (WRITERS * count)


def bytes_of_an_entry(opened: Callable[[], Any], size: int, used: Callable[[], int]) -> float:
    """What an entry takes beyond its envelope while it waits."""
    spool = opened()
    spool.put(entries(1, size)[0])
    before = used()
    for each in entries(200, size):
        spool.put(each)
    return (used() - before) / 200 - size


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--entries", type=int, default=1500, help="of each writer in a round")
    options = parser.parse_args()
    random.seed(0)
    print(f"{WRITERS} writers, one digester, {os.cpu_count()} cores; microseconds")
    print("engine       kB   median      p99      max   CPU of an entry   bytes more")
    with valkey() as server:
        import redis

        client = redis.Redis.from_url(server.url)
        client.config_set("appendonly", "yes")
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        for size in SIZES:
            rounds: dict[str, list[tuple[list[float], float]]] = {}
            for _ in range(options.rounds):
                for engine in (segments, sqlite, stream):
                    directory = Path(tempfile.mkdtemp(prefix="fireline-bench-"))
                    client.flushall()
                    before = sum(process.cpu_times()[:2])
                    with engine(server if engine is stream else directory) as opened:  # type: ignore[operator]
                        times, used = run(opened, options.entries, size)
                    served = sum(process.cpu_times()[:2]) - before if engine is stream else 0.0
                    used += served / (WRITERS * options.entries)
                    rounds.setdefault(engine.__name__, []).append((times, used))
                    shutil.rmtree(directory)
            more = overheads(server, client, size)
            for name, found in rounds.items():
                columns = [
                    median(sorted(times)[int(len(times) * part)] for times, _ in found) * 1e6
                    for part in (0.5, 0.99)
                ]
                worst = max(max(times) for times, _ in found) * 1e6
                cost = median(used for _, used in found) * 1e6
                print(
                    f"{name:10} {size / 1000:4.0f} {columns[0]:8.0f} {columns[1]:8.0f} {worst:8.0f}"
                    f" {cost:17.0f} {more[name]:12.0f}"
                )


def overheads(server: Valkey, client: Any, size: int) -> dict[str, float]:
    """What an entry takes beyond its envelope, in each engine."""
    directory = Path(tempfile.mkdtemp(prefix="fireline-bench-"))
    client.flushall()

    def on_disk() -> int:
        return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())

    found = {}
    with segments(directory) as opened:
        found["segments"] = bytes_of_an_entry(opened, size, on_disk)
    shutil.rmtree(directory)
    directory.mkdir()
    with sqlite(directory) as opened:
        found["sqlite"] = bytes_of_an_entry(opened, size, on_disk)
    with stream(server) as opened:
        found["stream"] = bytes_of_an_entry(
            opened, size, lambda: int(client.info("memory")["used_memory"])
        )
    shutil.rmtree(directory)
    return found


if __name__ == "__main__":
    main()
