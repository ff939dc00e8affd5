"""What the parts of a round have in common: the time, the limits, and how events are deleted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from fireline import conf
from fireline.tracker.models import Attachment, Event

T = TypeVar("T")

MEGABYTE = 1024 * 1024

YOUNG = timedelta(hours=1)
"""Nothing younger is deleted: a client may still send an event again, which is known by its row."""

Row = tuple[int, int, str]
"""What it takes to delete an event: its primary key, its project's, its event_id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one step has deleted."""

    events: int = 0
    rows: int = 0
    """Of all tables, events included."""
    is_over: bool = False
    """There is nothing more to do for now; the next round begins when it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a round works by."""

    using: str
    now: datetime
    limit: int
    """Rows that one step deletes at most."""

    @property
    def protected_from(self) -> datetime:
        """What was received since then stays."""
        return self.now - YOUNG

    @property
    def too_old(self) -> datetime:
        """What was received before goes."""
        return min(self.now - timedelta(days=conf.current().TRACKER_DAYS), self.protected_from)

    def forget(self, rows: Sequence[Row]) -> Removed:
        """Delete these events, and the files that came with them."""
        by_project = defaultdict(list)
        for _, project, event_id in rows:
            by_project[project].append(event_id)
        with transaction.atomic(self.using):
            events = self.delete(Event.objects.filter(pk__in=[row[0] for row in rows]))
            files = sum(
                self.delete(Attachment.objects.filter(project=project, event_id__in=ids))
                for project, ids in by_project.items()
            )
        return Removed(events=events, rows=events + files)

    def delete(self, rows: "QuerySet[Model]") -> int:
        """
        Delete these in one statement, and say how many they were.

        Django's own `delete` would first read them, payloads and all, where somebody listens to `pre_delete`.
        """
        return int(rows._raw_delete(self.using) or 0)  # None where it knows that there are none


def in_slices(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """These, so many at a time."""
    pending = iter(rows)
    while some := list(islice(pending, size)):
        yield some
