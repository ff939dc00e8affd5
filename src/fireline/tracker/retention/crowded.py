"""Tables that whoever has a public key can fill: of issues, their figures and what people write there is a most."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Model, OuterRef, Q, QuerySet

from fireline.tracker.grouping.by_hand.locking import locked
from fireline.tracker.models import (
    AffectedUser,
    Event,
    Feedback,
    Fingerprint,
    Issue,
    Release,
    Status,
    TagCount,
)
from fireline.tracker.models import Count as CountOfEvents
from fireline.tracker.retention.work import Removed, Work, in_slices

MOST_ISSUES = 50_000
"""Of one project. Who makes texts up can make an issue of each event, with all its figures."""
MOST_FEEDBACK = 10_000
"""Of one project."""
MOST_RELEASES = 5_000
"""Of one project, where events of the others are no longer kept; the digest makes twice as many."""
MOST_FIGURES = 1_000_000
"""Rows of tags, and of users, of all issues together: each event can make some that stay when it goes."""
_AT_ONCE = 50
"""Issues that are looked for at once."""
_ROWS_OF_FEW, _ROWS_OF_MANY = 5, 100
"""What an issue that was seen once brings along, and any other: a step deletes so many fewer of them."""


def crowded(work: Work) -> Iterator[Removed]:
    """Delete what is beyond that, of the least worth first."""
    for project, excess in _excess(work, Feedback, MOST_FEEDBACK):
        yield from _feedback(work, project, excess)
    for project, excess in _excess(work, Issue, MOST_ISSUES):
        yield from _issues(work, project, excess)
    for project, excess in _excess(work, Release, MOST_RELEASES):
        yield from _releases(work, project, excess)


def crowded_figures(work: Work) -> Iterator[Removed]:
    """Delete tags and users of the issues that were seen least; the issues know how many users they met."""
    for model in (TagCount, AffectedUser):
        rows = model._default_manager.using(work.using)
        excess = rows.count() - MOST_FIGURES
        mine = rows.filter(issue=OuterRef("pk"))
        least = Issue.objects.using(work.using).filter(Exists(mine))
        while excess > 0 and (some := least.order_by("event_count", "last_seen_at")[:_AT_ONCE]):
            for issue in some:
                while excess > 0 and (keys := _keys(rows.filter(issue=issue), excess, work.limit)):
                    excess -= len(keys)
                    yield Removed(rows=work.delete(rows.filter(pk__in=keys)))


def _keys(rows: "QuerySet[Any]", excess: int, limit: int) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[: min(excess, limit)])


def _excess(work: Work, model: type[Model], most: int) -> list[tuple[int, int]]:
    """The projects that have too many rows of this table, and how many."""
    rows = model._default_manager.using(work.using).order_by().values_list("project")
    return [
        (project, count - most) for project, count in rows.annotate(Count("pk")) if count > most
    ]


def _feedback(work: Work, project: int, excess: int) -> Iterator[Removed]:
    """The oldest; each was stored by a receipt, so that it does not come again."""
    rows = Feedback.objects.using(work.using).filter(project=project)
    while excess > 0:
        keys = list(
            rows.order_by("received_at").values_list("pk", flat=True)[: min(excess, work.limit)]
        )
        if not keys:
            return
        excess -= len(keys)
        yield Removed(rows=work.delete(rows.filter(pk__in=keys)))


def _releases(work: Work, project: int, excess: int) -> Iterator[Removed]:
    """Those of fewest events, of which none is kept; none that a person has resolved an issue with."""
    resolved = Issue.objects.using(work.using).filter(resolved_release=OuterRef("pk"))
    rows = Release.objects.using(work.using).filter(
        ~Exists(resolved), project=project, last_seen_at__lt=work.too_old
    )
    for which, each in ((rows.filter(event_count=1), _ROWS_OF_FEW), (rows, _ROWS_OF_MANY)):
        unseen = which.order_by("event_count", "last_seen_at").values_list("pk", flat=True)
        while excess > 0 and (keys := list(unseen[: max(1, min(excess, work.limit // each))])):
            excess -= len(keys)
            yield _without(work, keys)


def _without(work: Work, releases: list[int]) -> Removed:
    """Delete those of these that are still idle, and their figures; issues forget that they were seen there."""
    idle = Release.objects.using(work.using).filter(pk__in=releases, last_seen_at__lt=work.too_old)
    issues = Issue.objects.using(work.using)
    with transaction.atomic(work.using):
        idle.update(event_count=F("event_count"))  # the digest may just have met one: now it waits
        keys = list(idle.values_list("pk", flat=True))
        issues.filter(first_release__in=keys).update(first_release=None)
        issues.filter(last_release__in=keys).update(last_release=None)
        rows = work.delete(CountOfEvents.objects.filter(release__in=keys))
        rows += work.delete(Release.objects.filter(pk__in=keys))
    return Removed(rows=rows)


def _issues(work: Work, project: int, excess: int) -> Iterator[Removed]:
    """First what was seen once, then all others; what was not seen for the longest time first."""
    nobodys = _nobodys(work, project)
    for which, rows in (
        (nobodys.filter(event_count=1), _ROWS_OF_FEW),
        (nobodys, _ROWS_OF_MANY),
    ):
        unseen = which.order_by("last_seen_at").values_list("pk", flat=True)
        gone = 1
        while excess > 0 and gone:
            gone, removed = _forget(work, list(unseen[: max(1, min(excess, work.limit // rows))]))
            excess -= gone
            yield removed


def _nobodys(work: Work, project: int) -> "QuerySet[Issue]":
    """Issues of which no person has decided anything, and that nothing has happened in for an hour."""
    rows = Issue.objects.using(work.using).filter(project=project, status=Status.OPEN)
    led = Fingerprint.objects.using(work.using).filter(project=project).values("issue")
    by_hand = led.annotate(number=Count("pk"), split=Max("split_by")).filter(
        Q(number__gt=1) | Q(split__gt="")
    )
    return rows.filter(last_seen_at__lt=work.protected_from).exclude(pk__in=by_hand.values("issue"))


def _forget(work: Work, wanted: list[int]) -> tuple[int, Removed]:
    """Delete these with all that is known of them; how many, and what it took."""
    with transaction.atomic(work.using):
        # A digest that has found one of them has it until its events are stored, and seen here.
        rows = locked(work.using, wanted).values()
        keys = [issue.pk for issue in rows if issue.last_seen_at < work.protected_from]
        events = Event.objects.using(work.using).filter(issue__in=keys)
        slices = in_slices(events.values_list("pk", "project", "event_id"), work.limit)
        removed = [work.forget(some) for some in slices]
        others = sum(
            work.delete(model._default_manager.filter(issue__in=keys))
            for model in (CountOfEvents, TagCount, AffectedUser, Fingerprint)
        )
        issues = work.delete(Issue.objects.filter(pk__in=keys))
    rows_of_events = sum(each.rows for each in removed)
    return issues, Removed(
        events=sum(each.events for each in removed), rows=rows_of_events + others + issues
    )
