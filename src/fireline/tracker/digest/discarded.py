"""What was not kept, counted by day, reason and name."""

import re
from collections import Counter
from datetime import UTC, date, datetime

from fireline.tracker.digest.registry import Received
from fireline.tracker.digest.statements import added, insert
from fireline.tracker.models import Discarded

Dropped = tuple[int, date, str, str, str]
"""The number of a project, the day, by whom, why, and what."""

MOST_NAMES = 100
"""Rows of one project and day; what is new then is `other`. Clients can make names up."""

_NAME = re.compile(r"[A-Za-z0-9_.:/-]{1,40}")


def day_of(received: Received) -> date:
    """The day on which it was accepted."""
    return datetime.fromtimestamp(received.entry.received_at, UTC).date()


def count_dropped(using: str, dropped: Counter[Dropped]) -> None:
    """Add these to what was not kept."""
    if not dropped:
        return
    known = _known(using, {key[0] for key in dropped}, {key[1] for key in dropped})
    sums: Counter[Dropped] = Counter()
    for (project_id, day, by, reason, category), quantity in sorted(dropped.items()):
        names = known.setdefault((project_id, day), set())
        name = by, _name(reason), _name(category)
        if name not in names and len(names) >= MOST_NAMES:
            name = by, "other", "other"
        names.add(name)
        sums[project_id, day, *name] += quantity
    insert(
        using,
        Discarded,
        ("project", "day", "by", "reason", "category", "quantity"),
        [(*key, sums[key]) for key in sorted(sums)],
        "ON CONFLICT (project_id, day, by, reason, category) "
        f"DO UPDATE SET {added(Discarded, 'quantity')}",
    )


def _known(
    using: str, projects: set[int], days: set[date]
) -> dict[tuple[int, date], set[tuple[str, str, str]]]:
    rows = Discarded.objects.using(using).filter(project_id__in=projects, day__in=days)
    known: dict[tuple[int, date], set[tuple[str, str, str]]] = {}
    names = rows.values_list("project_id", "day", "by", "reason", "category")
    for project_id, day, by, reason, category in names:
        known.setdefault((project_id, day), set()).add((by, reason, category))
    return known


def _name(given: str) -> str:
    return given if _NAME.fullmatch(given) else "other"
