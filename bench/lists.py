"""
Lists at 5,000 events and at 200,000, and what giving space back costs; on SQLite.

    python -m bench.lists [events, 200_000]

The time of the CPU for a page of issues and of an issue's events, early and late in the list; then a
file with `auto_vacuum` as the tracker has it beside one without: what inserting costs, and shrinking.
"""

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

SMALL = 5_000
ISSUES = 1_000
NOISY = 50
PAYLOAD = 4_000
"""Bytes of an event of 25 kB, compressed."""


def main() -> None:
    most = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as directory:
        set_up(Path(directory))
        make_issues()
        found = []
        for first, last in ((0, SMALL), (SMALL, most)):
            insert(rows(first, last))
            found.append(looked())
            print(f"{last:,} events")
            for name, microseconds in found[-1].items():
                print(f"  us of CPU: {name:36} {microseconds:8.0f}", flush=True)
        for name in found[0]:
            print(f"  ratio: {name:40} {found[1][name] / found[0][name]:8.2f}")
        connections.close_all()
        for mode in ("NONE", "INCREMENTAL"):
            vacuumed(Path(directory), mode, min(most, 50_000))


def set_up(directory: Path) -> None:
    from fireline.tracker import database

    settings.configure(
        SECRET_KEY="bench",
        INSTALLED_APPS=["fireline", "fireline.tracker"],
        DATABASES={"default": database(directory)["tracker"]},
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def make_issues() -> None:
    from fireline.tracker.models import Issue, Project

    project = Project.objects.create(id=1, name="shop")
    now = datetime.now(UTC)
    Issue.objects.bulk_create(
        Issue(
            id=number + 1, project=project, level="error", type="KeyError", message="x" * 80,
            first_seen_at=now, last_seen_at=now - timedelta(minutes=number), event_count=1,
        )
        for number in range(ISSUES)
    )  # fmt: skip


def rows(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """Half of the events in the noisy issues, as in a service; the newest last."""
    chance = random.Random(7)
    start = datetime.now(UTC) - timedelta(days=10)
    for number in range(first, last):
        at = (start + timedelta(seconds=number)).replace(tzinfo=None)
        issue = 1 + chance.randrange(NOISY if number % 2 else ISSUES)
        yield (
            1, issue, f"{number:032x}", 3, str(at), str(at), f"error_{number:012}",
            f"{chance.getrandbits(128):032x}", "error", chance.randbytes(PAYLOAD),
        )  # fmt: skip


INSERT = (
    "INSERT INTO fireline_tracker_event (project_id, issue_id, event_id, outcome, received_at, occurred_at,"
    " error_id, correlation_id, level, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert(events: Iterator[tuple[Any, ...]], path: str | None = None) -> None:
    """In batches of 500, as the digest does."""
    with sqlite3.connect(path or str(settings.DATABASES["default"]["NAME"])) as database:
        database.execute("PRAGMA synchronous=NORMAL")
        while some := list(islice(events, 500)):
            database.executemany(INSERT, some)
            database.commit()
    database.close()


def looked() -> dict[str, float]:
    """Microseconds of CPU for each page."""
    from fireline.tracker.queries import events, found, issues

    noisy, rare = 7, 777
    late_issues = after(lambda key: issues(1, after=key), 10)
    late_events = after(lambda key: events(noisy, after=key), 5)
    some = iter([f"error_{number:012}" for number in range(10_000)])
    return {
        "issues, first page": cpu(lambda: issues(1)),
        "issues, tenth page": cpu(lambda: issues(1, after=late_issues)),
        "events of a noisy issue, first page": cpu(lambda: events(noisy, limit=40)),
        "events of a noisy issue, second page": cpu(
            lambda: events(noisy, after=late_events, limit=5)
        ),
        "events of a rare issue": cpu(lambda: events(rare, limit=2)),
        "the event of an error id": cpu(lambda: found(next(some))),
    }


def after(ask: Callable[[str], Any], count: int) -> str:
    """The key behind so many pages, or the last that there is."""
    key = last = ""
    for _ in range(count):
        key = ask(key).after
        if not key:
            break
        last = key
    return last


def cpu(work: Callable[[], Any], times: int = 200) -> float:
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took) * 1e6  # a busy machine only adds


def vacuumed(directory: Path, mode: str, events: int) -> None:
    """What inserting costs with this `auto_vacuum`, and deleting half, and giving it back."""
    path = directory / f"{mode}.sqlite3"
    schema = [row[0] for row in _ask("SELECT sql FROM sqlite_master WHERE name LIKE 'fireline_tracker_event%' AND sql IS NOT NULL")]  # fmt: skip
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA auto_vacuum={mode}")
        database.execute("PRAGMA journal_mode=WAL")
        for statement in schema:
            database.execute(statement)
    began = time.process_time()
    insert(rows(0, events), str(path))
    print(
        f"auto_vacuum={mode}: us of CPU to make and insert one event {(time.process_time() - began) / events * 1e6:.0f}"
    )
    database.execute("PRAGMA synchronous=NORMAL")
    began = time.process_time()
    for start in range(1, events, 1000):
        database.execute(
            "DELETE FROM fireline_tracker_event WHERE id >= ? AND id < ?", [start, start + 500]
        )
        database.commit()
    print(
        f"  us to delete one event {(time.process_time() - began) / events * 2e6:.0f}, file {_megabytes(database):.0f} MB"
    )
    if mode == "INCREMENTAL":
        began, steps = time.process_time(), 0
        while database.execute("PRAGMA freelist_count").fetchone()[0]:
            database.execute("PRAGMA incremental_vacuum(500)").fetchall()
            steps += 1
        took = time.process_time() - began
        print(
            f"  ms to give 500 pages back {took / steps * 1e3:.1f}, file {_megabytes(database):.0f} MB"
        )
    database.close()


def _ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _megabytes(database: sqlite3.Connection) -> float:
    pages, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    return float(pages * size / 1e6)


if __name__ == "__main__":
    main()
