"""Releases and environments: who has a public key makes some up, and whoever is honest is still counted."""

import pytest
from django.db.models import Sum

from fireline.tracker.digest import names
from fireline.tracker.models import Count, Environment, Event, Issue, Release
from tests.tracker.digest.conftest import Sender, bug, event

pytestmark = pytest.mark.usefixtures("rows")

PUBLIC = "a" * 32


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracker in which a project has room for eight of each."""
    monkeypatch.setattr(names, "MOST_RELEASES", 8)
    monkeypatch.setattr(names, "MOST_ENVIRONMENTS", 8)


@pytest.fixture
def flooded(sender: Sender) -> Sender:
    """Somebody has made up as many as there is room for, and more."""
    sender.project = "crm"
    sender.stored(event())
    made_up = [event(release=f"fake-{n}", environment=f"fake-{n}") for n in range(20)]
    sender.send(*made_up, key=PUBLIC)
    sender.digest()
    return sender


def test_made_up_names_are_counted_together(told: list[str], flooded: Sender) -> None:
    """What finds no place is `other`; no event is lost, no figure is wrong, and somebody is told."""
    flooded.send(event(release="fake-99"), key=PUBLIC)
    flooded.digest()

    counts = dict(Release.objects.values_list("version", "event_count"))
    assert counts == {**{f"fake-{n}": 1 for n in range(7)}, "other": 14}
    assert Environment.objects.count() == 8
    assert Event.objects.filter(environment__name="other").count() == 14
    assert Issue.objects.get().event_count == 22
    days = Count.objects.filter(per="d", issue=None, release=None)
    assert days.aggregate(sum=Sum("events"))["sum"] == 22
    assert "fireline_dsn --rotate" in told[0]


def test_services_own_names_have_room(flooded: Sender) -> None:
    """Its next release is a release, though clients have taken all that is theirs."""
    (*_, stored) = flooded.stored(bug("KeyError", release="2.0", environment="production"))

    assert stored.release is not None
    assert stored.release.version == "2.0"


def test_known_names_are_known_whoever_sends(flooded: Sender) -> None:
    """What was there before goes on as if nobody had made up anything."""
    flooded.send(event(release="fake-3", environment="fake-3"), key=PUBLIC)
    flooded.digest()

    assert Release.objects.get(version="fake-3").event_count == 2


def test_late_events_do_not_make_a_release_older(sender: Sender) -> None:
    """When it was last seen is when its newest event came, in whatever order they are digested."""
    for at in (1_795_000_000.0, 1_794_000_000.0):
        sender.send(event(release="1.0"), received_at=at)
        sender.digest()

    assert Release.objects.get().last_seen_at.timestamp() == 1_795_000_000
