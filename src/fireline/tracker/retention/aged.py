"""What is older than TRACKER_DAYS: events, files, what people have written, what was set aside, counts by hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Model

from fireline.tracker.models import Attachment, Count, Discarded, Event, Feedback, Receipt, SetAside
from fireline.tracker.retention.work import Removed, Work

_BY_TIME: tuple[tuple[type[Model], str], ...] = (
    (Attachment, "received_at"),
    (Feedback, "received_at"),
    (SetAside, "set_aside_at"),
)
_RECEIPTS = timedelta(days=30)
"""A spool that was left alone for a month may hand an entry out again. Few are left behind: of who died just then."""
_SLICE = 5_000
"""Primary keys that one statement looks at where no index knows the time."""


def aged(work: Work) -> Iterator[Removed]:
    """Delete it, the oldest first."""
    yield from _events(work)
    for model, time in _BY_TIME:
        yield from _rows(work, model, time, work.too_old)
    yield from _rows(work, Receipt, "stored_at", work.now - _RECEIPTS)


def aged_figures(work: Work) -> Iterator[Removed]:
    """Delete counts by hour; those by day stay. Once a day is enough: every row is looked at."""
    yield from _walk(work, Count, per=Count.Per.HOUR, begins_at__lt=work.too_old)
    yield from _walk(work, Discarded, day__lt=work.too_old.date())


def _events(work: Work) -> Iterator[Removed]:
    old = Event.objects.filter(received_at__lt=work.too_old).order_by("received_at")
    while rows := list(old.values_list("pk", "project", "event_id")[: work.limit]):
        yield work.forget(rows)


def _rows(work: Work, model: type[Model], time: str, before: datetime) -> Iterator[Removed]:
    old = model._default_manager.filter(**{f"{time}__lt": before}).order_by(time)
    while keys := list(old.values_list("pk", flat=True)[: work.limit]):
        yield Removed(rows=work.delete(model._default_manager.filter(pk__in=keys)))


def _walk(work: Work, model: type[Model], **which: Any) -> Iterator[Removed]:
    ends = model._default_manager.aggregate(first=Min("pk"), last=Max("pk"))
    for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, _SLICE):
        some = model._default_manager.filter(pk__gte=start, pk__lt=start + _SLICE, **which)
        yield Removed(rows=work.delete(some))
