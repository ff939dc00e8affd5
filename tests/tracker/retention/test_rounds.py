"""What a round deletes, and what it leaves."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import override_settings
from django.utils import timezone

from fireline.tracker.models import (
    AffectedUser,
    Attachment,
    Chore,
    Count,
    Environment,
    Event,
    Feedback,
    Fingerprint,
    Issue,
    Receipt,
    Release,
    SetAside,
    Status,
    TagCount,
)
from fireline.tracker.retention import crowded, rounds, step


def kept(**settings):
    return override_settings(FIRELINE={"SERVICE": "crm", **settings})


def attach(event, size=10):
    return Attachment.objects.create(
        project=event.project, event_id=event.event_id, filename="a.txt", size=size,
        received_at=event.received_at, body=b"",
    )  # fmt: skip


def test_old_events_go_and_figures_stay(stored, swept):
    """What was received before TRACKER_DAYS; the issue knows how many there were."""
    issue = stored([24 * day for day in (40, 31, 29, 1)])

    with kept(TRACKER_DAYS=30):
        swept()

    assert stored.ages(issue) == [29 * 24, 24]
    issue.refresh_from_db()
    assert issue.event_count == 4


def test_rare_issue_keeps_everything(stored, swept):
    """Beside a noisy one, which is thinned to what an issue may have."""
    rare, noisy = stored([700, 300, 2]), stored([age / 2 for age in range(2, 1002)])

    with kept(TRACKER_EVENTS_PER_ISSUE=100):
        swept()

    assert stored.ages(rare) == [700, 300, 2]
    left = stored.ages(noisy)
    assert len(left) == 100
    assert left[:10] == [500.5 - place / 2 for place in range(10)]
    assert left[-25:] == [13 - place / 2 for place in range(25)]


def test_gaps_grow_with_age(stored, swept):
    """Between the first and the newest fewer and fewer are left."""
    noisy = stored([age / 2 for age in range(2, 1002)])

    with kept(TRACKER_EVENTS_PER_ISSUE=100):
        swept()

    between = stored.ages(noisy)[10:-25]
    gaps = [one - later for one, later in itertools.pairwise(between)]
    half = len(gaps) // 2
    assert sum(gaps[:half]) > 2 * sum(gaps[half:])


def test_thinning_goes_on_as_events_come(stored, swept, project):
    """Again and again, a long history stays in sight."""
    noisy = stored(list(range(200, 0, -1)))
    for _ in range(5):
        with kept(TRACKER_EVENTS_PER_ISSUE=50):
            swept()
        first = noisy.events.earliest("received_at").received_at
        Event.objects.bulk_create(
            Event(
                project=project, issue=noisy, event_id=f"{Event.objects.latest('pk').pk + 1:x}-{place}",
                outcome=3, received_at=stored.now - timedelta(hours=1.5, seconds=place),
                occurred_at=stored.now, level="error", payload=b"",
            )
            for place in range(60)
        )  # fmt: skip
        Issue.objects.filter(pk=noisy.pk).update(event_count=9999 + Event.objects.count())
    with kept(TRACKER_EVENTS_PER_ISSUE=50):
        swept()

    ages = stored.ages(noisy)
    assert len(ages) <= 55
    assert noisy.events.earliest("received_at").received_at == first
    assert ages[0] == 200
    assert sum(10 < age < 190 for age in ages) >= 10


def test_last_hour_is_never_touched(stored, swept):
    """Whatever the limits say: an event that is handed out again is known by its row."""
    young = stored([0.9, 0.5, 0.2] * 100)

    with kept(TRACKER_DAYS=0.0001, TRACKER_EVENTS_PER_ISSUE=2, TRACKER_MB=0.0001):
        swept()

    assert young.events.count() == 300


def test_bearing_events_outlast_others(stored, swept):
    """Those with a file, and those that a person has written about."""
    noisy = stored([float(age) for age in range(300, 1, -1)])
    events = list(noisy.events.order_by("received_at")[100:200:30])
    attach(events[0])
    Feedback.objects.create(
        project=noisy.project, feedback_id="f" * 32, event_id=events[1].event_id,
        message="It broke.", received_at=stored.now,
    )  # fmt: skip

    with kept(TRACKER_EVENTS_PER_ISSUE=20):
        swept()

    assert set(noisy.events.filter(pk__in=[event.pk for event in events])) == set(events[:2])


def test_file_goes_with_its_event(stored, swept):
    """Where even an event that bears one must go."""
    noisy = stored([float(age) for age in range(100, 1, -1)])
    for event in noisy.events.all():
        attach(event)

    with kept(TRACKER_EVENTS_PER_ISSUE=10):
        swept()

    assert noisy.events.count() == 10
    assert set(Attachment.objects.values_list("event_id", flat=True)) == set(
        noisy.events.values_list("event_id", flat=True)
    )


def test_size_takes_from_the_noisy_first(stored, swept):
    """TRACKER_MB is kept, and rare issues keep what they have."""
    rare = [stored([500, 200, 2], size=2000) for _ in range(10)]
    noisy = stored([float(age) for age in range(600, 1, -1)], size=2000)

    with kept(TRACKER_MB=0.5):
        swept()

    assert [stored.ages(issue) for issue in rare] == [[500, 200, 2]] * 10
    total = sum(Event.objects.values_list("size", flat=True)) + Event.objects.count() * 400
    assert 0.4 * 1024 * 1024 < total <= 0.5 * 1024 * 1024
    assert stored.ages(noisy)[0] == 600


def test_oldest_go_where_thinning_is_not_enough(stored, swept):
    """Many rare issues: those that were heard of last are kept."""
    issues = [stored([1000 - number], size=2000) for number in range(500)]

    with kept(TRACKER_MB=0.5):
        swept()

    left = [issue.events.count() for issue in issues]
    assert left == sorted(left)
    assert 150 < sum(left) < 230


def test_large_files_drive_out_no_events(stored, swept):
    """Files may take a quarter of TRACKER_MB; the oldest beyond that go."""
    issue = stored([float(age) for age in range(100, 1, -1)])
    for event in issue.events.all():
        attach(event, size=20_000)

    with kept(TRACKER_MB=2):
        swept()

    assert issue.events.count() == 99
    left = Attachment.objects.order_by("received_at")
    assert 20 <= len(left) <= 26
    assert left[0].event_id > issue.events.order_by("received_at")[70].event_id


def test_other_rows_go_by_age(stored, swept, project):
    """Receipts, what was set aside, what people have written, counts by hour; those by day stay."""
    environment = Environment.objects.create(project=project, name="")
    for days in (40, 1):
        at = timezone.now() - timedelta(days=days)
        Receipt.objects.create(entry_id=f"{days:032x}", stored_at=at)
        SetAside.objects.create(
            entry_id=f"{days}", project="1", received_at=at, set_aside_at=at, reason="?", size=1,
            envelope=b"",
        )  # fmt: skip
        Feedback.objects.create(project=project, feedback_id=f"{days}", message="!", received_at=at)
        for per in Count.Per:
            Count.objects.create(
                project=project, environment=environment, per=per, begins_at=at, events=1
            )

    swept()

    assert [model.objects.count() for model in (Receipt, SetAside, Feedback)] == [1, 1, 1]
    assert Count.objects.filter(per=Count.Per.HOUR).count() == 1
    assert Count.objects.filter(per=Count.Per.DAY).count() == 2


def test_receipts_are_kept_for_a_month(swept, db):
    """However short events are kept: a spool that was left alone may hand out again what is gone."""
    for days in (31, 29):
        at = timezone.now() - timedelta(days=days)
        Receipt.objects.create(entry_id=f"{days:032x}", stored_at=at)

    with kept(TRACKER_DAYS=1):
        swept()

    assert Receipt.objects.get().entry_id == UUID(int=29)


@pytest.fixture
def few(monkeypatch):
    """A tracker with room for three issues and three messages of each project."""
    monkeypatch.setattr(crowded, "MOST_ISSUES", 3)
    monkeypatch.setattr(crowded, "MOST_FEEDBACK", 3)


def test_issues_that_somebody_has_made_up(few, stored, swept, project):
    """What was seen once goes first, the longest unseen first; with its events and its figures."""
    often, made_up = stored([90, 80]), [stored([age]) for age in (40, 30, 20, 10)]
    environment = Environment.objects.create(project=project, name="")
    for issue in made_up:
        Fingerprint.objects.create(project=project, issue=issue, version=1, hash=f"{issue.pk:032x}")
        TagCount.objects.create(
            issue=issue, key="level", value="error", events=1, last_seen_at=stored.now
        )
        AffectedUser.objects.create(issue=issue, user_hash=7, events=1)
        Count.objects.create(
            project=project, issue=issue, environment=environment, per="d",
            begins_at=stored.now, events=1,
        )  # fmt: skip

    swept()

    assert list(Issue.objects.order_by("pk")) == [often, *made_up[2:]]
    assert Event.objects.count() == 4
    for model in (Fingerprint, TagCount, AffectedUser, Count):
        assert model.objects.count() == 2


def test_what_people_have_decided_stays(few, stored, swept, project):
    """However many issues there are: none that is resolved, muted, split or merged, and none of the last hour."""
    resolved, muted, split, merged, young = (stored([age]) for age in (90, 80, 70, 60, 0.5))
    Issue.objects.filter(pk=resolved.pk).update(status=Status.RESOLVED)
    Issue.objects.filter(pk=muted.pk).update(status=Status.MUTED)
    Fingerprint.objects.create(
        project=project, issue=split, version=1, hash="f" * 32, split_by="message"
    )
    for letter in "de":
        Fingerprint.objects.create(project=project, issue=merged, version=1, hash=letter * 32)
    often = stored([9, 8])

    swept()

    assert set(Issue.objects.all()) == {resolved, muted, split, merged, young}
    assert not often.events.exists()


def test_figures_have_a_most(monkeypatch, stored, swept):
    """Tags and users of what was seen least go; how many users there were stays."""
    monkeypatch.setattr(crowded, "MOST_FIGURES", 5)
    made_up, often = stored([1.5]), stored([9, 8])
    for issue in (often, made_up):
        Issue.objects.filter(pk=issue.pk).update(user_count=4)
        for number in range(4):
            AffectedUser.objects.create(issue=issue, user_hash=number, events=1)
            TagCount.objects.create(
                issue=issue, key="order", value=f"{number}", events=1, last_seen_at=stored.now
            )

    swept(limit=2)

    for model in (AffectedUser, TagCount):
        rows = list(model.objects.values_list("issue", flat=True))
        assert sorted(rows) == [made_up.pk] + 4 * [often.pk]
    assert {issue.user_count for issue in Issue.objects.all()} == {4}


def test_releases_that_somebody_has_made_up(monkeypatch, stored, swept, project):
    """Of which no event is kept: those of fewest events go, with their figures; none that people named."""
    monkeypatch.setattr(crowded, "MOST_RELEASES", 3)
    issue = stored([9, 8])
    environment = Environment.objects.create(project=project, name="")
    for version, days, events in (
        ("decided", 90, 1), ("rare", 80, 1), ("often", 70, 50), ("second", 60, 2), ("new", 1, 1),
    ):  # fmt: skip
        at = stored.now - timedelta(days=days)
        release = Release.objects.create(
            project=project, version=version, first_seen_at=at, last_seen_at=at, event_count=events
        )
        Count.objects.create(
            project=project, release=release, environment=environment, per="d", begins_at=at,
            events=events,
        )  # fmt: skip
        fields = {"resolved_release": release} if version == "decided" else {}
        Issue.objects.filter(pk=issue.pk).update(first_release=release, **fields)
    Issue.objects.filter(pk=issue.pk).update(
        first_release=Release.objects.get(version="rare"), last_release=release
    )

    swept(limit=1)

    assert set(Release.objects.values_list("version", flat=True)) == {"decided", "often", "new"}
    assert Count.objects.count() == 3
    issue.refresh_from_db()
    assert (issue.first_release, issue.last_release) == (None, release)


def test_release_that_is_met_meanwhile_stays(monkeypatch, stored, swept, project):
    """The digest may store an event of it between the choice and the deletion."""
    monkeypatch.setattr(crowded, "MOST_RELEASES", 0)
    stored([1])
    at = stored.now - timedelta(days=90)
    Release.objects.create(
        project=project, version="old", first_seen_at=at, last_seen_at=at, event_count=1
    )
    delete = crowded._without

    def met_meanwhile(work, releases):
        Release.objects.update(last_seen_at=stored.now)
        return delete(work, releases)

    monkeypatch.setattr(crowded, "_without", met_meanwhile)
    swept()

    assert Release.objects.filter(version="old").exists()


def test_messages_of_people_have_a_most(few, stored, swept, project):
    """The oldest go."""
    for hours in range(6):
        at = stored.now - timedelta(hours=hours)
        Feedback.objects.create(
            project=project, feedback_id=f"{hours}", message="!", received_at=at
        )

    swept(limit=2)

    assert set(Feedback.objects.values_list("feedback_id", flat=True)) == {"0", "1", "2"}


def test_each_step_is_small(stored, swept):
    """Never one giant DELETE: no step takes more than it was told, in few statements."""
    stored([24.0 * 40 + age / 100 for age in range(1000)])
    stored([float(age) for age in range(600, 1, -1)])

    with kept(TRACKER_EVENTS_PER_ISSUE=20):
        told = swept(limit=100)

    assert told["most"] <= 100
    assert told["events"] >= 1000 + 579


def test_payloads_are_not_read(stored, swept, django_assert_max_num_queries):
    """Deleting asks for keys alone, some statements a step."""
    stored([24.0 * 40 + age / 100 for age in range(500)], size=1000)

    with django_assert_max_num_queries(50) as seen:
        swept(limit=100)

    assert not [query for query in seen.captured_queries if "payload" in query["sql"]]


def test_step_goes_on_where_it_stopped(stored):
    """Step by step until it says that it is over; then nothing is asked for a minute."""
    issue = stored([24.0 * 40 + age / 100 for age in range(250)])

    taken = []
    while not (removed := step(100)).is_over:
        taken.append(removed.events)

    assert [count for count in taken if count] == [100, 100, 50]
    assert not issue.events.exists()


def test_nothing_is_asked_before_it_is_due(stored, django_assert_num_queries):
    """So that it can be called after each batch."""
    while not step().is_over:
        pass

    with django_assert_num_queries(0):
        assert step().is_over


def test_one_process_of_all_does_it(stored):
    """Another one on another host finds the round claimed."""
    stored([24.0 * 40])
    step()
    rounds._round, rounds._due_at = None, 0.0

    assert step().is_over
    assert Event.objects.count() == 0


def test_dead_process_is_followed_by_another(stored):
    """A round that nobody goes on with is begun anew when it is due again."""
    issue = stored([24.0 * 40 + age / 100 for age in range(250)])
    step(100)
    rounds._round, rounds._due_at = None, 0.0
    Chore.objects.update(due_at=timezone.now())

    while not step(100).is_over:
        pass

    assert not issue.events.exists()


def test_failing_database_ends_the_round(stored, monkeypatch):
    """The error is the caller's; the next call begins anew when a round is due."""
    stored([24.0 * 40])
    monkeypatch.setattr(rounds, "aged", lambda _work: (1 / 0 for _ in "x"))

    with pytest.raises(ZeroDivisionError):
        step()

    assert step().is_over
