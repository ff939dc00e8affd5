"""
What the digest costs: events a second, milliseconds of CPU and bytes of database for one event.

    python -m bench.digest [events] [--batch 200] [--database postgresql://user@host/name] [--profile]

The events are those of `bench.tracker`, of 25 kB; accepting is only `put`, for HTTP see there.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import django
import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from bench.tracker.events import event


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=4_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--database", default="")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        set_up(Path(directory), options.database)
        print(measured(Path(directory), options.events, options.batch, profile=options.profile))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    events: int
    put: float
    digest: float
    seconds: float
    bytes: float
    largest: float

    def __str__(self) -> str:
        return (
            f"{self.events} events: {self.events / self.seconds:,.0f} digested a second, "
            f"{self.put:.3f} + {self.digest:.3f} CPU ms (put + digest), "
            f"{self.bytes / 1000:.2f} kB of database each, longest batch {self.largest * 1000:.0f} ms"
        )


def set_up(directory: Path, database: str = "") -> None:
    """A service with nothing but the tracker in it."""
    from fireline import tracker

    where = urlsplit(database)
    postgres = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.path.lstrip("/"),
        "USER": where.username,
        "PASSWORD": where.password,
        "HOST": where.hostname,
        "PORT": where.port,
    }
    settings.configure(
        SECRET_KEY="only for the bench",
        INSTALLED_APPS=["fireline", "fireline.tracker"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": directory / "default"},
            **(tracker.database(directory) if not database else {"tracker": postgres}),
        },
        DATABASE_ROUTERS=["fireline.tracker.Router"],
        USE_TZ=True,
        FIRELINE={"SERVICE": "bench", "RUN_DIRECTORY": str(directory / "run")},
    )
    django.setup()
    call_command("migrate", database="tracker", verbosity=0)


def measured(directory: Path, events: int, batch: int, *, profile: bool = False) -> Result:
    """Put so many events into a local spool, then digest them."""
    from fireline.tracker.digest import Digested, digest
    from fireline.tracker.models import Project
    from fireline.tracker.spool.local import LocalSpool

    project = str(Project.objects.create(name="bench").pk)
    spool = LocalSpool(directory / "spool", 2**30)
    entries = [_entry(project, number) for number in range(events)]
    began = time.process_time()
    for entry in entries:
        spool.put(entry)
    put = time.process_time() - began
    del entries
    size = bytes_of("tracker")
    total = Digested()
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    began, clock, largest = time.process_time(), time.perf_counter(), 0.0
    while (each := _timed(lambda: digest(spool, batch)))[1].taken:
        largest = max(largest, each[0])
        total += each[1]
    cpu, seconds = time.process_time() - began, time.perf_counter() - clock
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    assert total.stored == events, total
    return Result(
        events=events,
        put=put / events * 1000,
        digest=cpu / events * 1000,
        seconds=seconds,
        bytes=(bytes_of("tracker") - size) / events,
        largest=largest,
    )


def _timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _entry(project: str, number: int) -> Any:
    from fireline.tracker.spool import Entry

    payload = orjson.dumps(event(number))
    item = orjson.dumps({"type": "event", "length": len(payload)})
    return Entry(
        id=uuid4().hex,
        project=project,
        key="",
        received_at=time.time(),
        is_scrubbed=False,
        envelope=b"\n".join((b'{"sent_at":"%s"}' % _now(), item, payload)) + b"\n",
    )


def _now() -> bytes:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()).encode()


def bytes_of(alias: str) -> int:
    """The size of the tracker's database, indexes included."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(connection.settings_dict["NAME"]).stat().st_size
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
