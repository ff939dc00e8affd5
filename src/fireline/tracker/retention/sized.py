"""More than TRACKER_MB: noisy issues are thinned further, and where that is not enough, the oldest events go."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Model, Sum

from fireline import conf
from fireline.tracker.models import Attachment, Event, Issue, SetAside
from fireline.tracker.retention.thinned import LEAST, thin
from fireline.tracker.retention.work import MEGABYTE, Removed, Work
from fireline.tracker.retention.worth import level

OVERHEAD = 400
"""Bytes that a row takes beside its payload: its columns and its places in indexes."""
ROOM = 0.95
"""Of TRACKER_MB: a round makes some room, or each event would need another one."""

_SHARES: tuple[tuple[type[Model], str, float], ...] = (
    (Attachment, "received_at", 0.25),
    (SetAside, "set_aside_at", 0.1),
)
"""What these may take of TRACKER_MB: whoever sends large files or nonsense drives out no events."""
_ISSUES = 500

logger = logging.getLogger("fireline.tracker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much is stored of something."""

    rows: int
    bytes: int


def volume_of(model: type[Model]) -> Volume:
    """As far as can be told from an index, which is nearly all of it."""
    found = model._default_manager.aggregate(rows=Count("pk"), size=Sum("size"))
    return Volume(rows=found["rows"], bytes=(found["size"] or 0) + found["rows"] * OVERHEAD)


def within_size(work: Work) -> Iterator[Removed]:
    """Delete what is of least worth until the rest takes less than TRACKER_MB."""
    allowed = int(conf.current().TRACKER_MB * MEGABYTE)
    left = allowed
    for model, time, share in _SHARES:
        taken = volume_of(model).bytes
        yield from _oldest(work, model, time, taken - int(allowed * share))
        left -= min(taken, int(allowed * share))
    events = volume_of(Event)
    if events.bytes > left:
        yield from _less_of_each(work, int(events.rows * left * ROOM / events.bytes))
        yield from _oldest(work, Event, "received_at", volume_of(Event).bytes - left)


def _less_of_each(work: Work, total: int) -> Iterator[Removed]:
    """Thin issues until so many events are left: the noisiest first, none below its first and newest."""
    counts: dict[int, int] = {}
    for some in _counts():
        counts.update(some)
        yield Removed()
    keep = max(level(counts.values(), total), LEAST)
    for issue, count in counts.items():
        if count > keep:
            yield from thin(work, issue, count, keep)


def _counts() -> Iterator[dict[int, int]]:
    """How many events each issue has stored, some issues at a time."""
    last = 0
    issues = Issue.objects.order_by("pk").values_list("pk", flat=True)
    while some := list(issues.filter(pk__gt=last)[:_ISSUES]):
        events = Event.objects.filter(issue__gt=last, issue__lte=some[-1])
        yield dict(events.values_list("issue").annotate(Count("pk")).order_by())
        last = some[-1]


def _oldest(work: Work, model: type[Model], time: str, excess: int) -> Iterator[Removed]:
    """Delete what was received first, until so many bytes are gone."""
    old = model._default_manager.filter(**{f"{time}__lt": work.protected_from}).order_by(time)
    while excess > 0:
        chosen = []
        for pk, size in old.values_list("pk", "size")[: work.limit]:
            if excess > 0:
                chosen.append(pk)
                excess -= size + OVERHEAD
        if not chosen:
            logger.warning(
                "%s of the tracker take %.0f MB more than TRACKER_MB allows, all of the last hour.",
                model._meta.verbose_name_plural,
                excess / MEGABYTE,
            )
            return
        rows = model._default_manager.filter(pk__in=chosen)
        if model is Event:
            yield work.forget(list(rows.values_list("pk", "project", "event_id")))
        else:
            yield Removed(rows=work.delete(rows))
