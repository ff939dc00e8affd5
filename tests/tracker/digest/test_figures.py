"""What is counted, and that it is counted of what is newly stored alone."""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.db.models import Sum

from fireline.tracker.models import AffectedUser, Count, Event, Issue, Release, TagCount
from tests.tracker.digest.conftest import Sender, bug, envelope, event

pytestmark = pytest.mark.usefixtures("rows")

NOON = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def _sum(**which: Any) -> int:
    return Count.objects.filter(**which).aggregate(sum=Sum("events"))["sum"] or 0


def test_hours_and_days(sender: Sender) -> None:
    """Events are counted by the hour and by the day in which they were received."""
    for hour in (0, 0, 1, 20):
        sender.send(event(), received_at=NOON.timestamp() + hour * 3600)
    sender.digest()

    hours = Count.objects.filter(issue__isnull=False, per=Count.Per.HOUR)
    days = Count.objects.filter(issue__isnull=False, per=Count.Per.DAY)
    assert {each.begins_at.hour: each.events for each in hours} == {12: 2, 13: 1, 8: 1}
    assert {each.begins_at.day: each.events for each in days} == {20: 3, 21: 1}


def test_issue_project_and_release(sender: Sender) -> None:
    """Each event is counted for its issue, its release and its project, by environment."""
    sender.stored(
        bug("KeyError", release="1.0", environment="production"),
        bug("KeyError", release="1.1", environment="staging"),
        bug("ValueError"),
    )
    sender.stored(bug("KeyError", release="1.1", environment="staging"))

    day = {"per": Count.Per.DAY}
    assert _sum(issue__type="KeyError", **day) == 3
    assert _sum(issue__type="KeyError", environment__name="staging", **day) == 2
    assert _sum(release__version="1.1", **day) == 2
    assert _sum(issue=None, release=None, **day) == 4
    assert _sum(issue=None, release=None, environment__name="", **day) == 1


def test_releases_remember_when(sender: Sender) -> None:
    """A release knows its first and its last event, and how many there were."""
    for hour in (0, 1, 2):
        sender.stored(event(release="1.0"), received_at=NOON.timestamp() + hour * 3600)

    release = Release.objects.get()
    assert release.event_count == 3
    assert (release.first_seen_at.hour, release.last_seen_at.hour) == (12, 14)


def test_issue_knows_its_releases(sender: Sender) -> None:
    """An issue knows the release it was first seen in, and the last one."""
    sender.stored(event(), event(release="1.0"))
    sender.stored(event(release="1.1"), event())

    issue = Issue.objects.get()
    assert (str(issue.first_release), str(issue.last_release)) == ("1.0", "1.1")


def test_issue_that_meets_two_releases_at_once(sender: Sender) -> None:
    """Also where one batch brings both, and the later one first."""
    for hour, release in enumerate(["1.1", "1.2", "1.0"]):
        sender.send(event(release=release), received_at=NOON.timestamp() + (hour + 1) % 3 * 3600)
    sender.digest()

    issue = Issue.objects.get()
    assert (str(issue.first_release), str(issue.last_release)) == ("1.0", "1.2")
    assert issue.last_seen_at.hour == 14


@pytest.mark.parametrize(
    ("told", "expected"),
    [(40, 42), (0, 2), (-5, 2), (10**7, 100_002), (10**30, 2), ("many", 2), (None, 2)],
)
def test_what_a_storm_has_only_counted(sender: Sender, told: Any, expected: int) -> None:
    """Failures that became no events are in the figures, as the next event of their kind tells."""
    contexts = {"fireline": {"not_captured": told}}
    sender.stored(event(release="1.0"), event(release="1.0", contexts=contexts))

    assert Issue.objects.get().event_count == Release.objects.get().event_count == expected
    assert Event.objects.count() == 2
    for which in ({"release": None, "issue": None}, {"release": None}, {"issue": None}):
        rows = Count.objects.filter(per="d", **which)
        assert {count.events for count in rows} == {expected}


def test_users_are_counted_without_their_names(sender: Sender) -> None:
    """An issue knows how many users it has met, and nothing by which to find them."""
    sender.stored(event(user={"id": 7}), event(user={"id": 7}), event(user={"id": 8}))
    sender.stored(event(user={"id": 7}), event(user={"email": "ada@example.com"}), event())

    assert Issue.objects.get().user_count == 3
    assert sorted(AffectedUser.objects.values_list("events", flat=True)) == [1, 1, 3]


@pytest.mark.parametrize("name", ["id", "username", "email", "ip_address"])
def test_users_without_a_name_are_not_one(sender: Sender, name: str) -> None:
    """Where an SDK or a scrubber has taken the name out, nobody knows who it was."""
    sender.stored(event(user={name: "[Filtered]"}), event(user={name: "[redacted]"}), event())

    assert Issue.objects.get().user_count == 0
    assert not AffectedUser.objects.exists()


def test_names_of_users_are_no_figures(sender: Sender) -> None:
    """Figures stay when events go, so what names a person is in the event alone."""
    tags = {"user.email": "ada@example.com", "user_id": "7", "plan": "gold"}
    sender.stored(event(tags=tags))

    assert set(TagCount.objects.values_list("key", flat=True)) == {"level", "plan"}


def test_tags_are_counted(sender: Sender) -> None:
    """Each value of a tag is counted for its issue; what differs each time is not."""
    sender.stored(event(tags={"colour": "red", "error_id": "error_1", "correlation_id": "c-1"}))
    sender.stored(
        event(tags=[["colour", "red"]], server_name="web-1"), event(tags={"colour": "blue"})
    )

    tags = {(tag.key, tag.value): tag.events for tag in TagCount.objects.all()}
    assert tags == {
        ("colour", "red"): 2,
        ("colour", "blue"): 1,
        ("level", "error"): 3,
        ("server_name", "web-1"): 1,
    }


def test_browser_and_system_are_tags(sender: Sender) -> None:
    """Browser, system and device are counted as tags, without the last parts of their versions."""
    contexts = {
        "browser": {"name": "Firefox", "version": "141.0.2"},
        "os": {"name": "Linux"},
        "device": {"model": "Pixel 9"},
        "trace": {"trace_id": "1" * 32},
    }
    sender.stored(event(contexts=contexts))

    tags = dict(TagCount.objects.values_list("key", "value"))
    assert tags == {
        "browser": "Firefox 141.0",
        "os": "Linux",
        "device": "Pixel 9",
        "level": "error",
    }


def test_beyond_the_limit_values_are_counted_together(sender: Sender) -> None:
    """The first values of a tag are counted each, those after them as one."""
    for batch in range(2):
        sender.stored(*[event(tags={"order": str(n)}) for n in range(batch * 40, batch * 40 + 40)])
    sender.stored(event(tags={"order": "0"}), event(tags={"order": "79"}))

    counts = {tag.value: tag.events for tag in TagCount.objects.filter(key="order")}
    assert len(counts) == 51
    assert counts["0"] == 2
    assert counts[""] == 31


def test_figures_agree(sender: Sender) -> None:
    """Over many events in odd batches, some of them twice, all figures tell the same."""
    sent = [
        bug(f"Bug{n % 7}", release=f"1.{n % 3}", environment=f"e{n % 2}", user={"id": n % 11})
        for n in range(150)
    ]
    sender.send(*sent, *sent[::3])
    for size in (1, 2, 50, 30, 200, 200):
        sender.digest(size)

    expected = Counter(f"Bug{n % 7}" for n in range(150))
    assert dict(Issue.objects.values_list("type", "event_count")) == expected
    assert _sum(issue=None, release=None, per="d") == 150
    assert _sum(release__isnull=False, per="h") == 150
    assert sum(Release.objects.values_list("event_count", flat=True)) == 150
    assert sum(AffectedUser.objects.values_list("events", flat=True)) == 150
    for issue in Issue.objects.all():
        assert issue.events.count() == issue.event_count == _sum(issue=issue, per="d")
        assert issue.users.count() == issue.user_count


def test_clock_of_the_client_is_corrected(sender: Sender) -> None:
    """A client whose clock is an hour late says so by `sent_at`."""
    now = time.time()
    late = datetime.fromtimestamp(now - 3600, UTC).isoformat()
    sender.put(
        envelope(({"type": "event"}, orjson.dumps(event(timestamp=now - 3610))), sent_at=late),
        received_at=now,
    )
    sender.digest()

    (stored,) = sender.stored()
    assert abs(stored.occurred_at.timestamp() - (now - 10)) < 0.01


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        pytest.param(1_795_000_000, 1_795_000_000, id="seconds"),
        pytest.param("1795000000.5", 1_795_000_000.5, id="seconds-as-text"),
        pytest.param("2026-11-18T11:06:40Z", 1_795_000_000, id="iso"),
        pytest.param("2026-11-18T11:06:40", 1_795_000_000, id="iso-without-zone"),
        pytest.param("2026-11-18T13:06:40+02:00", 1_795_000_000, id="iso-elsewhere"),
        pytest.param(1_795_009_999_999, 1_795_000_100, id="milliseconds"),
        pytest.param(4_000_000_000, 1_795_000_100, id="future"),
        pytest.param(0, 1_795_000_100, id="nineteen-seventy"),
        pytest.param(1_000_000_000, 1_795_000_100 - 30 * 86400, id="far-past"),
        pytest.param("yesterday", 1_795_000_100, id="words"),
        pytest.param(1e300, 1_795_000_100, id="beyond"),
        pytest.param(True, 1_795_000_100, id="bool"),
        pytest.param(None, 1_795_000_100, id="none"),
    ],
)
def test_time_of_an_event(sender: Sender, timestamp: Any, expected: float) -> None:
    """The client's time is taken where it can be true, otherwise ours."""
    (stored,) = sender.stored(event(timestamp=timestamp), received_at=1_795_000_100)

    assert stored.occurred_at.timestamp() == expected
