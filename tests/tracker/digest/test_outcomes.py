"""What an event changes: new, regressed or repeated; and who is told."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from fireline.tracker.digest import outcomes
from fireline.tracker.digest.outcomes import Stored
from fireline.tracker.models import Fingerprint, Issue, Outcome, Release, Status
from tests.tracker.digest.conftest import Sender, bug, event

pytestmark = pytest.mark.usefixtures("rows")


@pytest.fixture
def heard() -> Iterator[list[Sequence[Stored]]]:
    """What a receiver was told, batch by batch."""
    told: list[Sequence[Stored]] = []
    outcomes.register(told.append)
    yield told
    outcomes.RECEIVERS.remove(told.append)


def _resolve(**fields: object) -> None:
    Issue.objects.update(
        status=Status.RESOLVED, resolved_at=timezone.now() - timedelta(minutes=1), **fields
    )


def test_event_of_a_resolved_issue_is_a_regression(sender: Sender) -> None:
    """One event opens the issue again, those after it are repeated."""
    sender.stored(event())
    _resolve()

    stored = sender.stored(event(), event())

    issue = Issue.objects.get()
    assert [each.outcome for each in stored[1:]] == [Outcome.REGRESSED, Outcome.REPEATED]
    assert (issue.status, issue.resolved_at) == (Status.OPEN, None)


def test_event_from_before_is_no_regression(sender: Sender) -> None:
    """What was received before the issue was resolved, and digested after, opens nothing."""
    sender.stored(event())
    _resolve()

    sender.stored(event(), received_at=(timezone.now() - timedelta(hours=1)).timestamp())

    assert Issue.objects.get().status == Status.RESOLVED


def test_event_stored_before_is_no_regression(sender: Sender) -> None:
    """An event that is sent again opens nothing."""
    same = event()
    sender.stored(same)
    _resolve()

    sender.stored(same)

    assert Issue.objects.get().status == Status.RESOLVED


@pytest.mark.parametrize(
    ("release", "status"),
    [
        ("1.0", Status.RESOLVED),
        ("1.1", Status.RESOLVED),
        (None, Status.RESOLVED),
        ("1.0.9", Status.RESOLVED),
        ("1.2", Status.OPEN),
        ("8c2f1d0", Status.OPEN),
    ],
)
def test_resolved_with_a_release(sender: Sender, release: str, status: Status) -> None:
    """Only a newer one is a regression: by its numbers, or by when it was first seen."""
    for hour, version in enumerate(("1.0", "1.1")):
        at = timezone.now() - timedelta(hours=9 - hour)
        sender.stored(event(release=version), received_at=at.timestamp())
    _resolve(resolved_release=Release.objects.get(version="1.1"))

    sender.stored(event(release=release))

    assert Issue.objects.get().status == status


def test_muted_issue_stays_muted(sender: Sender) -> None:
    """A muted issue goes on counting, and nothing else."""
    sender.stored(event())
    Issue.objects.update(status=Status.MUTED)

    stored = sender.stored(event())

    assert stored[-1].outcome == Outcome.REPEATED
    assert Issue.objects.get().status == Status.MUTED


def test_receivers_are_told_each_batch(sender: Sender, heard: list[Sequence[Stored]]) -> None:
    """A receiver hears of each stored event once, with its issue."""
    sender.stored(bug("KeyError"), bug("KeyError"), bug("ValueError"))

    (batch,) = heard
    assert [each.outcome for each in batch] == [Outcome.NEW, Outcome.REPEATED, Outcome.NEW]
    assert {each.issue_id for each in batch} == set(Issue.objects.values_list("id", flat=True))


def test_receiver_that_fails_hurts_nobody(
    sender: Sender, heard: list[Sequence[Stored]], told: list[str]
) -> None:
    """When one receiver fails, the events are stored and the others are told."""

    def broken(stored: Sequence[Stored]) -> None:
        raise RuntimeError("no network")

    outcomes.RECEIVERS.insert(0, broken)
    try:
        stored = sender.stored(event())
    finally:
        outcomes.RECEIVERS.remove(broken)

    assert len(stored) == len(heard) == 1
    assert "broken failed" in told[0]


def test_nobody_is_told_of_what_was_stored_before(
    sender: Sender, heard: list[Sequence[Stored]]
) -> None:
    """An event that is taken again is no news."""
    same = event()
    sender.stored(same)

    sender.stored(same)

    assert len(heard) == 1


def test_merged_issue_keeps_its_events(sender: Sender) -> None:
    """Where a person has merged two issues, later events of both are in the one."""
    sender.stored(bug("KeyError"), bug("ValueError"))
    one, other = Issue.objects.order_by("id")
    Fingerprint.objects.filter(issue=other).update(issue=one)
    other.delete()

    sender.stored(bug("KeyError"), bug("ValueError"))

    assert Issue.objects.get().events.count() == 3


def test_split_issue_takes_finer_fingerprints(sender: Sender) -> None:
    """Where a person has split an issue, later events are told apart as he has asked."""
    sender.stored(event(transaction="/a/"), event(transaction="/b/"))
    Fingerprint.objects.update(split_by="transaction")

    sender.stored(event(transaction="/a/"), event(transaction="/b/"), event(transaction="/a/"))

    assert sorted(Issue.objects.values_list("event_count", flat=True)) == [1, 2, 2]
