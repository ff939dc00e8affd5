"""What clients say that they have not sent."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fireline.tracker.digest.discarded import Dropped, count_dropped, day_of
from fireline.tracker.digest.parsed import parsed
from fireline.tracker.digest.registry import Received

MOST_LINES = 100
MOST_AT_ONCE = 1_000_000
"""Whoever claims to have dropped more is not believed."""


def store(received: Sequence[Received], using: str) -> None:
    """Add up what these report."""
    dropped: Counter[Dropped] = Counter()
    for each in received:
        for line in _lines(each):
            quantity = line.get("quantity")
            if type(quantity) is int and 0 < quantity <= MOST_AT_ONCE:
                key = str(line.get("reason")), str(line.get("category"))
                dropped[each.project_id, day_of(each), "client", *key] += quantity
    count_dropped(using, dropped)


def _lines(received: Received) -> list[dict[str, Any]]:
    try:
        report = parsed(received.item.payload)
    except ValueError:
        return []
    lines = report.get("discarded_events") if isinstance(report, dict) else None
    if not isinstance(lines, list):
        return []
    return [line for line in lines[:MOST_LINES] if isinstance(line, dict)]
