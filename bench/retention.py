"""
Whether partitions by day pay on PostgreSQL: what retention and lists cost, with them and without.

    python -m bench.retention [events, 10_000_000]

It starts a PostgreSQL of its own, fills the tracker's tables (30 days, half of the events in 50 of
20,000 issues, payloads of 16 bytes: the rows and indexes matter), first as they are, then with the
table of events partitioned. Ten million events take some 6 GB for as long as it runs.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.resilience.postgres import Postgres, running

DAYS, ISSUES, NOISY = 30, 20_000, 50
NOISY_ISSUE, RARE_ISSUE = 7, 12_345

FILL = """
INSERT INTO fireline_tracker_event (
    project_id, issue_id, event_id, outcome, received_at, occurred_at, error_id, correlation_id, level, payload
)
SELECT 1, CASE WHEN n % 2 = 0 THEN 1 + (n / 2) % {noisy} ELSE 1 + {noisy} + (n * 7919) % {rare} END,
    md5(n::text), 3, at, at, 'error_20261121_' || substr(md5(n::text), 1, 12), md5('c' || n)::uuid::text, 'error',
    decode(md5(n::text), 'hex')
FROM (SELECT n, now() - interval '{days} days' * (1 - n::float / {events}) AS at FROM generate_series({first}::bigint, {last}::bigint) n) each
"""


def main() -> None:
    events = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 10_000_000
    with running() as server:
        configure(server)
        call_command("migrate", verbosity=0)
        ask("ALTER SYSTEM SET shared_buffers = '256MB'")
        ask("ALTER SYSTEM SET max_wal_size = '1GB'")
        ask("ALTER SYSTEM SET maintenance_work_mem = '256MB'")
        ask("ALTER SYSTEM SET autovacuum = off")
        connection.close()
        server.restart()
        make_issues()
        for name, prepare, delete in (
            ("one table", lambda: None, delete_in_steps),
            ("partitions by day", partition, drop_a_day),
        ):
            print(f"\n{name}, {events:,} events", flush=True)
            with without_indexes(prepare):
                fill(events)
            ask("VACUUM ANALYZE")
            say("GB, indexes included", size() / 1e9)
            look()
            delete()
            ask("VACUUM ANALYZE")
            ask("TRUNCATE fireline_tracker_event")


def configure(server: Postgres) -> None:
    settings.configure(
        SECRET_KEY="bench",
        INSTALLED_APPS=["fireline", "fireline.tracker"],
        DATABASES={"default": server.settings},
        USE_TZ=True,
        FIRELINE={"TRACKER_DIGEST": "off", "TRACKER_MB": 1e6, "TRACKER_EVENTS_PER_ISSUE": 1e9},
    )
    django.setup()


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def make_issues() -> None:
    ask("INSERT INTO fireline_tracker_project (id, name) VALUES (1, 'shop')")
    ask(
        "INSERT INTO fireline_tracker_issue (project_id, status, type, message, place, transaction, level, platform,"
        " is_handled, first_seen_at, last_seen_at, event_count, user_count)"
        " SELECT 1, 'open', 'KeyError', 'x', '', '', 'error', '', true, now(), now(), 0, 0"
        f" FROM generate_series(1, {ISSUES})"
    )


@contextmanager
def without_indexes(prepare: Callable[[], None]) -> Iterator[None]:
    """Make them when the rows are there: that is faster, and leaves them in good order."""
    indexes = ask(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'fireline_tracker_event'"
        " AND indexname <> 'fireline_tracker_event_pkey'"
    )
    ask("ALTER TABLE fireline_tracker_event DROP CONSTRAINT IF EXISTS fireline_tracker_event_id")
    for name, _ in indexes:
        ask(f'DROP INDEX IF EXISTS "{name}"')
    prepare()
    yield
    is_partitioned = prepare is partition
    for _, definition in indexes:
        # A unique index of partitions has to have what they are partitioned by.
        wider = (
            "(project_id, event_id, received_at)" if is_partitioned else "(project_id, event_id)"
        )
        ask(definition.replace("(project_id, event_id)", wider))


def partition() -> None:
    ask("CREATE SEQUENCE event_numbers CACHE 100")
    ask("ALTER TABLE fireline_tracker_event RENAME TO whole")
    ask(
        "CREATE TABLE fireline_tracker_event (LIKE whole INCLUDING DEFAULTS INCLUDING GENERATED)"
        " PARTITION BY RANGE (received_at)"
    )
    ask("ALTER TABLE fireline_tracker_event ALTER id SET DEFAULT nextval('event_numbers')")
    ask("DROP TABLE whole")
    for day in range(-DAYS - 1, 2):
        first, last = (
            f"date_trunc('day', now()) + interval '{each} days'" for each in (day, day + 1)
        )
        bounds = ask(f"SELECT {first}, {last}")[0]
        ask(
            f"CREATE TABLE event_{day + DAYS + 1} PARTITION OF fireline_tracker_event"
            f" FOR VALUES FROM ('{bounds[0].isoformat()}') TO ('{bounds[1].isoformat()}')"
        )


def fill(events: int) -> None:
    for first in range(1, events + 1, 1_000_000):
        last = min(first + 999_999, events)
        numbers = {"events": events, "first": first, "last": last}
        ask(FILL.format(days=DAYS, noisy=NOISY, rare=ISSUES - NOISY, **numbers))


def size() -> int:
    """Of the table, all partitions and indexes."""
    leaves = (
        "SELECT relid FROM pg_partition_tree('fireline_tracker_event') WHERE isleaf"
        " UNION SELECT 'fireline_tracker_event'::regclass"
    )
    return int(ask(f"SELECT sum(pg_total_relation_size(relid)) FROM ({leaves}) each")[0][0])


def look() -> None:
    """Lists, lookups, a batch of the digest, and what a round of retention asks."""
    from fireline.tracker.models import Event
    from fireline.tracker.retention.sized import volume_of

    events = Event.objects.defer("payload")
    for name, issue in (("noisy", NOISY_ISSUE), ("rare", RARE_ISSUE)):
        newest = events.filter(issue=issue).order_by("-received_at", "-id")
        say(
            f"ms: newest 50 events of a {name} issue",
            *timed(lambda newest=newest: list(newest[:50])),
        )
    ids = cycle(
        ask(
            "SELECT error_id, event_id FROM fireline_tracker_event TABLESAMPLE SYSTEM (1)"
            " ORDER BY random() LIMIT 300"
        )
    )
    say(
        "ms: the event of an error id",
        *timed(lambda: list(events.filter(error_id=next(ids)[0]).exclude(error_id=""))),
    )
    say(
        "ms: whether an event is stored already",
        *timed(lambda: events.filter(project=1, event_id=next(ids)[1]).exists()),
    )
    insert = FILL.format(
        days=0, noisy=NOISY, rare=ISSUES - NOISY, events=1, first=1, last=500
    ).replace("md5(n::text), 3", "md5(random()::text), 3")
    say("ms: a batch of 500 events", *timed(lambda: ask(insert), times=20))
    began = time.perf_counter()
    volume_of(Event)
    say("s: the size of all events", time.perf_counter() - began)


def delete_in_steps() -> None:
    """What a day more makes too old."""
    from fireline import conf
    from fireline.tracker.retention.rounds import whole

    settings.FIRELINE["TRACKER_DAYS"] = DAYS - 1
    conf._current = None
    took, rows = [], 0
    began = time.perf_counter()
    for removed in whole():
        took.append(time.perf_counter() - began)
        rows += removed.events
        began = time.perf_counter()
    say("events of one day deleted in steps of 500", rows)
    say("s: all steps", sum(took))
    say("ms: one step, median and longest", statistics.median(took) * 1e3, max(took) * 1e3)
    began = time.perf_counter()
    ask("VACUUM fireline_tracker_event")
    say("s: VACUUM behind it", time.perf_counter() - began)


def drop_a_day() -> None:
    rows = ask("SELECT count(*) FROM event_2")[0][0]
    began = time.perf_counter()
    ask("DROP TABLE event_2")
    say("events of one day dropped with their partition", rows)
    say("ms: all of it", (time.perf_counter() - began) * 1e3)


def timed(work: Callable[[], Any], times: int = 200) -> tuple[float, float]:
    """Milliseconds, median and 99th percentile."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.99)]


def say(what: str, *figures: float) -> None:
    print(f"  {what:48} {'   '.join(f'{figure:,.2f}' for figure in figures)}", flush=True)


if __name__ == "__main__":
    main()
