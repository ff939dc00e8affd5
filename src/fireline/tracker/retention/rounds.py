"""A round deletes all that is to be deleted now; it is done in steps, by whoever comes by."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

from django.db import router
from django.utils import timezone

from fireline.tracker import chores
from fireline.tracker.models import Event
from fireline.tracker.retention.aged import aged, aged_figures
from fireline.tracker.retention.crowded import crowded, crowded_figures
from fireline.tracker.retention.freed import freed
from fireline.tracker.retention.sized import within_size
from fireline.tracker.retention.thinned import noisy_issues
from fireline.tracker.retention.work import Removed, Work

CHORE, HOURLY, DAILY = "retention", "retention by number", "retention of figures"
EVERY = timedelta(minutes=1)
_PATIENCE = 50
"""A round that takes a second is done again after so many: looking costs two per cent at most."""

_OVER = Removed(is_over=True)
_round: Iterator[Removed] | None = None
_due_at = 0.0


def step(limit: int = 500) -> Removed:
    """
    Delete at most so many events or other rows, where any are to be deleted.

    Made to be called between two batches of the digest: it takes some ten milliseconds, and none at
    all until a minute has passed since the last round. Of all processes on all hosts one does the
    round; it is resumed by the next call, and begun anew where the process has died.
    """
    global _round, _due_at
    if _round is None:
        if monotonic() < _due_at:
            return _OVER
        _due_at = monotonic() + EVERY.total_seconds()
        if not chores.claimed(CHORE, EVERY):
            return _OVER
        _round = _timed(limit)
    try:
        return next(_round)
    except StopIteration:
        _round = None
        return _OVER
    except Exception:
        _round = None  # a generator that has raised is at its end
        raise


def whole(limit: int = 500) -> Iterator[Removed]:
    """All steps of one round, whether one is due or not."""
    work = Work(using=router.db_for_write(Event), now=timezone.now(), limit=limit)
    yield from aged(work)
    yield from crowded(work)
    yield from noisy_issues(work)
    yield from within_size(work)
    if chores.claimed(HOURLY, timedelta(hours=1)):
        yield from crowded_figures(work)
    if chores.claimed(DAILY, timedelta(days=1)):
        yield from aged_figures(work)
    yield from freed(work)


def _timed(limit: int) -> Iterator[Removed]:
    """A round that puts off the next one: while it goes on, and for as long as its cost asks."""
    global _due_at
    renewed, took = monotonic(), 0.0
    steps = whole(limit)
    while True:
        began = monotonic()
        try:
            removed = next(steps)
        except StopIteration:
            break
        finally:
            took += monotonic() - began
        if monotonic() - renewed > EVERY.total_seconds() / 2:
            renewed = monotonic()
            chores.put_off(CHORE, EVERY)
        yield removed
    wait = max(EVERY.total_seconds(), took * _PATIENCE)
    _due_at = monotonic() + wait
    chores.put_off(CHORE, timedelta(seconds=wait))
