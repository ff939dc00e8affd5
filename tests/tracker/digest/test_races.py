"""Several digesters at once, each with entries of its own, on the same issues."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from threading import Event as Happened
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.models import Count as Number
from django.db.models import Sum
from django.utils import timezone

from fireline.tracker.digest import Digested, digest, outcomes
from fireline.tracker.models import (
    AffectedUser,
    Count,
    Event,
    Fingerprint,
    Issue,
    Outcome,
    Project,
    Release,
    Status,
    TagCount,
)
from fireline.tracker.retention import work as retention
from fireline.tracker.retention.crowded import crowded
from fireline.tracker.retention.work import Work
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.digest.conftest import Sender, bug
from tests.tracker.elsewhere import ALIAS

pytestmark = pytest.mark.usefixtures("committed")

THREADS = 4


@pytest.fixture
def senders(tmp_path: Path) -> Iterator[list[Sender]]:
    """Who sends to spools of their own."""
    with ExitStack() as stack:
        spools = [LocalSpool(tmp_path / str(n), 2**26) for n in range(THREADS)]
        for spool in spools:
            stack.callback(spool.close)
        yield [Sender(spool) for spool in spools]


def _digested_at_once(senders: list[Sender], batch: int) -> Digested:
    """What came of all spools, digested by as many threads, each over a connection of its own."""
    barrier, results = Barrier(len(senders)), []

    def work(sender: Sender) -> None:
        try:
            barrier.wait()
            while (digested := digest(sender.spool, batch)).taken:
                results.append(digested)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=[sender]) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sum(results, Digested())


def _event(number: int) -> dict[str, Any]:
    return bug(
        f"Bug{number % 9}",
        event_id=f"{number:032x}",
        release=f"1.{number % 4}",
        environment=f"e{number % 3}",
        user={"id": number % 13},
        tags={"colour": f"c{number % 5}"},
    )


def test_same_issues_and_same_events_at_once(senders: list[Sender]) -> None:
    """Four digesters that begin with nothing, with common bugs and events in common: all figures right."""
    for place, sender in enumerate(senders):
        numbers = [*range(60), *range(100 * (place + 1), 100 * (place + 1) + 60)]
        order = numbers if place % 2 else numbers[::-1]
        sender.send(*[_event(number) for number in order])

    digested = _digested_at_once(senders, 20)

    total = 60 + THREADS * 60
    assert (digested.stored, digested.repeated, digested.set_aside) == (total, 180, 0)
    assert Event.objects.count() == total
    assert Issue.objects.count() == Fingerprint.objects.count() == 9
    assert Project.objects.count() == 1
    assert Event.objects.filter(outcome=Outcome.NEW).count() == 9
    for issue in Issue.objects.annotate(stored=Number("events")):
        assert issue.event_count == issue.stored
        assert issue.user_count == issue.users.count()
    for figures in (
        Count.objects.filter(issue__isnull=False, per="d"),
        Count.objects.filter(release__isnull=False, per="h"),
        Count.objects.filter(issue=None, release=None, per="d"),
        AffectedUser.objects,
        TagCount.objects.filter(key="colour"),
    ):
        assert figures.aggregate(sum=Sum("events"))["sum"] == total
    assert Release.objects.aggregate(sum=Sum("event_count"))["sum"] == total


def test_one_regression_at_once(senders: list[Sender]) -> None:
    """A resolved issue that four digesters meet at the same moment has regressed once."""
    senders[0].stored(_event(0))
    Issue.objects.update(status=Status.RESOLVED)
    for place, sender in enumerate(senders):
        sender.send(_event(9 * (place + 1)))
    told: list[Any] = []
    outcomes.register(told.extend)

    try:
        _digested_at_once(senders, 5)
    finally:
        outcomes.RECEIVERS.remove(told.extend)

    assert Event.objects.filter(outcome=Outcome.REGRESSED).count() == 1
    assert [each.outcome for each in told].count(Outcome.REGRESSED) == 1
    assert Issue.objects.get().event_count == 1 + THREADS


def _crowd_out(stop: Happened) -> None:
    """Retention, again and again, by a connection of its own."""
    try:
        while not stop.wait(0.01):
            with suppress(OperationalError):  # of two that lock each other out one is sent away
                list(crowded(Work(using=ALIAS, now=timezone.now(), limit=100)))
    finally:
        connections.close_all()


def test_issues_that_retention_deletes_meanwhile(
    senders: list[Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are left have all their figures, and the project knows of every event."""
    monkeypatch.setattr(retention, "YOUNG", timedelta(0))
    monkeypatch.setattr("fireline.tracker.retention.crowded.MOST_ISSUES", 3)
    for number in range(160):
        senders[number % THREADS].send(_event(number))
    stop = Happened()
    deleting = Thread(target=_crowd_out, args=[stop])
    deleting.start()

    digested = _digested_at_once(senders, 10)

    stop.set()
    deleting.join(60)
    assert digested == Digested(taken=160, stored=160)
    days = Count.objects.filter(per=Count.Per.DAY)
    assert days.filter(issue=None, release=None).aggregate(sum=Sum("events"))["sum"] == 160
    for issue in Issue.objects.all():
        counted = days.filter(issue=issue).aggregate(sum=Sum("events"))["sum"]
        assert issue.events.count() == issue.event_count == counted
        assert issue.users.count() == issue.user_count
