"""Noisy issues: their first and newest events stay, and fewer and fewer between."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q

from fireline import conf
from fireline.tracker.models import Attachment, Event, Feedback, Issue
from fireline.tracker.retention.work import Removed, Row, Work, in_slices
from fireline.tracker.retention.worth import least_worth

LEAST = 2
"""The first and the newest event of an issue: thinning leaves them."""
SLACK = 1.1
"""Who is over the limit by less waits: thinning for each single event would never end."""
WINDOW = 5_000
_ISSUES = 100

_stored: dict[int, tuple[int, int]] = {}
"""Of each noisy issue: how many events it had ever had when it was counted, and how many were stored."""


def noisy_issues(work: Work) -> Iterator[Removed]:
    """Thin each issue that has more than TRACKER_EVENTS_PER_ISSUE."""
    keep = max(int(conf.current().TRACKER_EVENTS_PER_ISSUE), LEAST)
    last = 0
    while True:
        ever = dict(
            Issue.objects.filter(pk__gt=last, event_count__gt=keep * SLACK)
            .order_by("pk")
            .values_list("pk", "event_count")[:_ISSUES]
        )
        if not ever:
            return
        last = max(ever)
        for issue, count in _counted(ever, keep).items():
            if count > keep * SLACK:
                yield from thin(work, issue, count, keep)
                _stored.pop(issue, None)
        yield Removed()


def _counted(ever: dict[int, int], keep: int) -> dict[int, int]:
    """How many events of these issues are stored; only those are counted that can have too many."""
    due = []
    for issue, count in ever.items():
        count_then, stored_then = _stored.get(issue, (0, 0))
        if stored_then + abs(count - count_then) > keep * SLACK:
            due.append(issue)
    counts = dict(
        Event.objects.filter(issue__in=due).values_list("issue").annotate(Count("pk")).order_by()
    )
    _stored.update({issue: (ever[issue], count) for issue, count in counts.items()})
    return counts


def thin(work: Work, issue: int, stored: int, keep: int) -> Iterator[Removed]:
    """
    Delete what this issue has stored beyond `keep`, those of least worth.

    Its first tenth of `keep` stays (ten events at most), and its newest quarter.
    """
    first, newest = max(1, min(10, keep // 10)), max(1, keep // 4)
    old = Event.objects.filter(issue=issue, received_at__lt=work.protected_from).count()
    between = min(stored - newest, old) - first
    surplus = min(stored - keep, between)
    window = _window(issue, min(between, WINDOW), offset=first - 1)
    while surplus > 0 and len(window) > LEAST:
        inner = len(window) - 2
        chosen = _chosen(work, window, round(inner * surplus / max(between, inner)))
        for some in in_slices(chosen, work.limit):
            yield work.forget(some)
        surplus -= len(chosen)
        between -= inner
        window = _window(issue, min(between, WINDOW), since=window[-2]) if between > 0 else []


Stored = tuple[datetime, int, int, str]
"""received_at, then a Row."""


def _window(issue: int, size: int, *, offset: int = 0, since: Stored | None = None) -> list[Stored]:
    """So many events of an issue, the oldest first, and the one before and behind them."""
    events = Event.objects.filter(issue=issue).order_by("received_at", "pk")
    if since is not None:
        events = events.filter(received_at__gte=since[0])
        events = events.exclude(Q(received_at=since[0]) & Q(pk__lt=since[1]))
    rows = events.values_list("received_at", "pk", "project", "event_id")
    return list(rows[offset : offset + size + 2])


def _chosen(work: Work, window: list[Stored], count: int) -> list[Row]:
    """Those of the window that go."""
    times = [row[0].timestamp() for row in window]
    places = least_worth(times, work.now.timestamp(), count, _bearing(window))
    return [window[place][1:] for place in places if window[place][0] < work.protected_from]


def _bearing(window: list[Stored]) -> set[int]:
    """The places of those that bear a file, or what a person has written."""
    places = {row[3]: place for place, row in enumerate(window)}
    project = window[0][2]
    found: set[int] = set()
    for some in in_slices(places, 1_000):
        for model in (Attachment, Feedback):
            bearing = model._default_manager.filter(project=project, event_id__in=some)
            found |= {places[event_id] for event_id in bearing.values_list("event_id", flat=True)}
    return found
