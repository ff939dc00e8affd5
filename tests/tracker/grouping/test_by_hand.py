"""What people decide about issues stays so: figures add up, and later events follow."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from fireline.tracker.grouping import fingerprint_of
from fireline.tracker.grouping.by_hand import merge, split
from fireline.tracker.grouping.by_hand.splitting import MOST_ISSUES
from fireline.tracker.models import (
    AffectedUser,
    Count,
    Event,
    Fingerprint,
    Issue,
    Project,
    Status,
    TagCount,
)
from tests.tracker.digest.conftest import Sender, bug, event

pytestmark = pytest.mark.usefixtures("rows")


def refused(number: int = 0, **fields: Any) -> dict[str, Any]:
    """An event of one bug."""
    return bug(
        "Refused", release=f"1.{number}", tags={"colour": "red"}, user={"id": number}, **fields
    )


def timeout(number: int = 0, **fields: Any) -> dict[str, Any]:
    """An event of another bug, in part of the same users."""
    return bug(
        "Timeout", release=f"1.{number}", tags={"colour": "blue"}, user={"id": number}, **fields
    )


def issue_of(name: str) -> Issue:
    """The issue with this type."""
    return Issue.objects.get(type=name)


def fingerprint_named(name: str) -> Fingerprint:
    """That of the bug with this type, wherever it leads."""
    return Fingerprint.objects.get(hash=fingerprint_of(bug(name)).hash)


def figures(issue: Issue) -> dict[str, Any]:
    """All that is counted of an issue."""
    return {
        "events": issue.event_count,
        "users": issue.user_count,
        "kept": issue.events.count(),
        "times": {
            (row.per, row.begins_at, row.environment_id): row.events for row in issue.counts.all()
        },
        "tags": {(row.key, row.value): row.events for row in issue.tags.all()},
        "by user": {row.user_hash: row.events for row in issue.users.all()},
    }  # fmt: skip


def two_issues(sender: Sender) -> tuple[Issue, Issue]:
    """Three events of one bug, two of another; one of the users has met both."""
    sender.stored(refused(1), refused(2), timeout(2), timeout(3), refused(2, environment="test"))
    return issue_of("Refused"), issue_of("Timeout")


def test_merging_adds_up(sender: Sender) -> None:
    """Nothing is lost and nothing counted twice: events, hours, days, tags, users."""
    one, other = two_issues(sender)
    before, also = figures(one), figures(other)

    merged = merge([other], into=one)

    after = figures(merged)
    assert Issue.objects.get() == merged
    assert after["events"] == after["kept"] == 5
    assert after["users"] == 3  # one has met both
    for name in ("times", "tags", "by user"):
        assert after[name] == Counter(before[name]) + Counter(also[name])
    assert figures(Issue.objects.get()) == after


def test_merging_keeps_first_and_last(sender: Sender) -> None:
    """The issue was first seen when the first of them was, and last with the last."""
    one, other = two_issues(sender)
    hour = timedelta(hours=1)
    Issue.objects.filter(pk=other.pk).update(
        first_seen_at=one.first_seen_at - hour, last_seen_at=one.last_seen_at + hour
    )

    merged = merge([other], into=one)

    assert merged.first_seen_at == one.first_seen_at - hour
    assert merged.last_seen_at == one.last_seen_at + hour
    assert merged.first_release == other.first_release
    assert merged.last_release == other.last_release


def test_later_events_follow_a_merge(sender: Sender) -> None:
    """Events of both bugs come into the one issue, and make none of their own."""
    one, other = two_issues(sender)
    merge([other], into=one)

    sender.stored(refused(4), timeout(4))

    assert figures(Issue.objects.get())["events"] == 7
    assert Fingerprint.objects.filter(issue=one).count() == 2


def test_merging_into_one_of_them(sender: Sender) -> None:
    """An issue among those that are merged into it is not deleted."""
    one, other = two_issues(sender)

    merged = merge([one, other, other, one], into=one)

    assert figures(merged)["events"] == 5


def test_merging_nothing_changes_nothing(sender: Sender) -> None:
    """An issue alone stays as it is."""
    one, _ = two_issues(sender)
    before = figures(one)

    assert figures(merge([], into=one)) == before


def test_merging_takes_issues_of_one_project(sender: Sender) -> None:
    """Issues of two projects are never one."""
    one, _ = two_issues(sender)
    elsewhere = Issue.objects.create(
        project=Project.objects.create(name="elsewhere"),
        type="Other",
        level="error",
        first_seen_at=one.first_seen_at,
        last_seen_at=one.last_seen_at,
    )

    with pytest.raises(ValueError, match="another project .* Merge issues of one project only"):
        merge([elsewhere], into=one)


def test_merging_into_one_that_is_gone(sender: Sender) -> None:
    """Where somebody has merged it in the meantime, nothing is moved into nowhere."""
    one, other = two_issues(sender)
    merge([one], into=Issue.objects.get(pk=other.pk))

    with pytest.raises(ValueError, match="is no more"):
        merge([other], into=one)

    assert figures(Issue.objects.get())["events"] == 5


@pytest.mark.parametrize(
    ("status", "also", "expected"),
    [
        pytest.param(Status.RESOLVED, Status.OPEN, Status.OPEN, id="resolved with open"),
        pytest.param(
            Status.RESOLVED, Status.RESOLVED, Status.RESOLVED, id="resolved with resolved"
        ),
        pytest.param(Status.MUTED, Status.OPEN, Status.MUTED, id="muted with open"),
        pytest.param(Status.OPEN, Status.RESOLVED, Status.OPEN, id="open with resolved"),
    ],
)
def test_status_of_what_was_merged(
    sender: Sender, status: Status, also: Status, expected: Status
) -> None:
    """An issue keeps its status, but nothing that is open is hidden in what is resolved."""
    one, other = two_issues(sender)
    Issue.objects.filter(pk=one.pk).update(status=status)
    Issue.objects.filter(pk=other.pk).update(status=also)

    assert merge([other], into=one).status == expected


def test_splitting_undoes_a_merge(sender: Sender) -> None:
    """A fingerprint that leaves takes its events and their figures along."""
    one, other = two_issues(sender)
    before, also = figures(one), figures(other)
    merge([other], into=one)

    [own] = split(fingerprint_named("Timeout"))

    assert figures(Issue.objects.get(pk=one.pk)) == before
    assert figures(Issue.objects.get(pk=own.pk)) == also
    assert (own.type, own.place) == ("Timeout", other.place)
    assert own.first_seen_at == other.first_seen_at


def test_merging_issues_whose_users_are_gone(sender: Sender) -> None:
    """Retention may have deleted who they were: how many of one issue there were is the least."""
    one, other = two_issues(sender)
    Issue.objects.filter(pk=other.pk).update(user_count=40)
    AffectedUser.objects.filter(issue=other).delete()

    assert merge([other], into=one).user_count == 40


def test_what_a_storm_has_only_counted_goes_along(sender: Sender) -> None:
    """Failures that became no events follow the event that told of them."""
    one, other = two_issues(sender)
    sender.stored(timeout(3, contexts={"fireline": {"not_captured": 9}}))
    other.refresh_from_db()
    before, also = figures(one), figures(other)
    merge([other], into=one)

    [own] = split(fingerprint_named("Timeout"))

    assert also["events"] == 12
    assert figures(Issue.objects.get(pk=one.pk)) == before
    assert figures(own) == also


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_hours_of_services_without_time_zones(sender: Sender, zone: str) -> None:
    """Figures are found by the hour that they were counted in, also where USE_TZ is False."""
    with override_settings(USE_TZ=False, TIME_ZONE=zone):
        one, other = two_issues(sender)
        before, also = figures(one), figures(other)
        merge([other], into=one)

        [own] = split(fingerprint_named("Timeout"))

        assert figures(Issue.objects.get(pk=one.pk)) == before
        assert figures(own) == also


def test_later_events_follow_a_split(sender: Sender) -> None:
    """Each bug is its own issue again, for later events too."""
    one, other = two_issues(sender)
    merge([other], into=one)
    [own] = split(fingerprint_named("Timeout"))

    sender.stored(refused(4), timeout(4), timeout(5))

    assert figures(Issue.objects.get(pk=one.pk))["events"] == 4
    assert figures(Issue.objects.get(pk=own.pk))["events"] == 4
    assert Issue.objects.count() == 2


def test_figures_of_what_is_no_longer_kept_stay(sender: Sender) -> None:
    """Nobody knows whose they were, so the issue keeps them."""
    one, other = two_issues(sender)
    merge([other], into=one)
    Event.objects.filter(fingerprint=fingerprint_named("Timeout")).last().delete()

    [own] = split(fingerprint_named("Timeout"))

    assert figures(own)["events"] == 1
    assert figures(Issue.objects.get(pk=one.pk))["events"] == 4
    assert (
        sum(Count.objects.filter(per="h").exclude(issue=None).values_list("events", flat=True)) == 5
    )


def test_split_of_a_fingerprint_without_events(sender: Sender) -> None:
    """Where no event of it is kept, its issue begins empty, with the words of the old one."""
    one, other = two_issues(sender)
    merge([other], into=one)
    Event.objects.filter(fingerprint=fingerprint_named("Timeout")).delete()

    [own] = split(fingerprint_named("Timeout"))

    assert figures(own)["events"] == 0
    assert own.type == "Refused"


def test_last_fingerprint_stays(sender: Sender) -> None:
    """An issue keeps at least one; the message says what is possible instead."""
    two_issues(sender)

    with pytest.raises(ValueError, match="one fingerprint only. Split that by message, frames"):
        split(fingerprint_named("Refused"))


def said(value: str, **fields: Any) -> dict[str, Any]:
    """An event of one bug with this message."""
    made = event(**fields)
    made["exception"]["values"][0]["value"] = value
    return made


def test_split_by_message(sender: Sender) -> None:
    """Stored events are told apart by their messages, and later ones as well."""
    sender.stored(*map(said, ["red", "red", "blue", "order 7", "order 8"]))

    issues = split(Fingerprint.objects.get(), "message")
    sender.stored(*map(said, ["red", "blue", "order 9", "green"]))

    counts = {issue.message: figures(issue)["events"] for issue in Issue.objects.all()}
    assert len(issues) == 3
    assert counts == {"red": 3, "blue": 2, "order 8": 3, "green": 1}
    assert all(figures(issue)["kept"] == issue.event_count for issue in Issue.objects.all())


def test_split_by_transaction(sender: Sender) -> None:
    """One bug of two views becomes two."""
    sender.stored(event(transaction="/a/"), event(transaction="/b/"), event(transaction="/b/"))

    split(Fingerprint.objects.get(), "transaction")

    assert sorted(Issue.objects.values_list("transaction", "event_count")) == [
        ("/a/", 1),
        ("/b/", 2),
    ]


def test_split_of_what_was_split(sender: Sender) -> None:
    """One that came of a split is split again, and later events find the finest."""
    sender.stored(
        said("red", transaction="/a/"),
        said("blue", transaction="/a/"),
        said("red", transaction="/b/"),
    )
    split(Fingerprint.objects.get(), "message")
    red = Event.objects.order_by("id").first().fingerprint

    split(red, "transaction")
    sender.stored(
        said("red", transaction="/a/"),
        said("red", transaction="/b/"),
        said("blue", transaction="/b/"),
    )

    assert sorted(issue.event_count for issue in Issue.objects.all()) == [2, 2, 2]
    assert Fingerprint.objects.get(pk=red.pk).split_by == "message+transaction"


def test_undoing_a_split(sender: Sender) -> None:
    """Issues that came of a split are merged again, and stay so."""
    sender.stored(said("red"), said("blue"))
    first, second = split(Fingerprint.objects.get(), "message")

    merge([second], into=first)
    sender.stored(said("red"), said("blue"))

    assert figures(Issue.objects.get())["events"] == 4


def test_split_of_what_has_no_events_yet(sender: Sender) -> None:
    """Later events are told apart where none is kept."""
    sender.stored(said("red"))
    Event.objects.all().delete()

    split(Fingerprint.objects.get(), "message")
    sender.stored(said("red"), said("blue"))

    assert sorted(issue.events.count() for issue in Issue.objects.all()) == [0, 1, 1]


@pytest.mark.parametrize(
    ("by", "says"),
    [
        pytest.param(
            "colour", "Nothing can be split by 'colour'. Split it by message", id="unknown"
        ),
        pytest.param("message", "is split by message already", id="twice"),
    ],
)
def test_what_cannot_be_split(sender: Sender, by: str, says: str) -> None:
    """Each refusal says the way out, and changes nothing."""
    sender.stored(said("red"), said("blue"))
    fingerprint = Fingerprint.objects.get()
    split(fingerprint, "message")

    with pytest.raises(ValueError, match=says):
        split(fingerprint, by)


def test_one_that_came_of_a_split_is_not_split_the_same_way(sender: Sender) -> None:
    """It would be no finer."""
    sender.stored(said("red"), said("blue"))
    split(Fingerprint.objects.get(), "message")

    with pytest.raises(ValueError, match="already what came of a split by message"):
        split(Event.objects.first().fingerprint, "message")


def test_split_into_far_too_many(sender: Sender) -> None:
    """Something that is different in each event is nothing to split by."""
    names = [
        f"{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(MOST_ISSUES + 1)
    ]
    sender.stored(*map(said, names))

    with pytest.raises(ValueError, match="would make 101 issues .* TRACKER_FINGERPRINT_RULES"):
        split(Fingerprint.objects.get(), "message")

    assert Issue.objects.count() == 1


def test_split_where_a_rule_has_grouped(sender: Sender) -> None:
    """What a rule has joined is told apart below the rule."""
    with override_settings(
        FIRELINE={"SERVICE": "crm", "TRACKER_FINGERPRINT_RULES": ("type:* -> all",)}
    ):
        sender.stored(bug("A", transaction="/a/"), bug("B", transaction="/b/"))
        split(Fingerprint.objects.get(), "transaction")
        sender.stored(bug("C", transaction="/a/"))

    assert sorted(Issue.objects.values_list("transaction", "event_count")) == [
        ("/a/", 2),
        ("/b/", 1),
    ]


def test_fingerprint_that_is_gone(sender: Sender) -> None:
    """Splitting what is no more says so."""
    two_issues(sender)
    fingerprint = fingerprint_named("Refused")
    Fingerprint.objects.filter(pk=fingerprint.pk).delete()

    with pytest.raises(ValueError, match="is no more"):
        split(fingerprint)


def test_no_row_of_nothing_stays(sender: Sender) -> None:
    """What counts nothing any more is deleted."""
    one, other = two_issues(sender)
    merge([other], into=one)

    split(fingerprint_named("Timeout"))

    for model in (Count, TagCount, AffectedUser):
        assert not model.objects.filter(events=0).exists()
