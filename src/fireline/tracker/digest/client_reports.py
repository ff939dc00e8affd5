"""What clients say that they have not sent."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fireline.tracker.digest.discarded import Dropped, count_dropped, day_of
from fireline.tracker.digest.parsed import parsed
from fireline.tracker.digest.registry import Received

MOST_LINES = 100
MOST_AT_ONCE = 100_000
"""
Of all reports of one envelope together; what it claims beyond that is not counted.

An SDK reports every half a minute: this is 3,000 a second of one process. Who has a public key can
claim anything.
"""


def store(received: Sequence[Received], using: str) -> None:
    """Add up what these report."""
    dropped: Counter[Dropped] = Counter()
    room = dict.fromkeys((each.entry.id for each in received), MOST_AT_ONCE)
    for each in received:
        for line in _lines(each):
            if believed := _believed(line.get("quantity"), room[each.entry.id]):
                room[each.entry.id] -= believed
                key = str(line.get("reason")), str(line.get("category"))
                dropped[each.project_id, day_of(each), "client", *key] += believed
    count_dropped(using, dropped)


def _believed(quantity: Any, most: int) -> int:
    return min(quantity, most) if type(quantity) is int and quantity > 0 else 0


def _lines(received: Received) -> list[dict[str, Any]]:
    try:
        report = parsed(received.item.payload)
    except ValueError:
        return []
    lines = report.get("discarded_events") if isinstance(report, dict) else None
    if not isinstance(lines, list):
        return []
    return [line for line in lines[:MOST_LINES] if isinstance(line, dict)]
