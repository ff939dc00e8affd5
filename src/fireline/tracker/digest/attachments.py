"""Files that come with an event."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from fireline.tracker import payload
from fireline.tracker.digest.discarded import Dropped, count_dropped, day_of
from fireline.tracker.digest.registry import Received
from fireline.tracker.digest.statements import insert
from fireline.tracker.models import Attachment
from fireline.tracker.texts import cut

LARGEST = 20 * 1024 * 1024
"""Bytes of one; larger ones are counted and dropped."""


def store(received: Sequence[Received], using: str) -> None:
    """Keep these files, compressed."""
    dropped: Counter[Dropped] = Counter()
    for each in received:
        size = len(each.item.payload)
        if not each.event_id or size > LARGEST:
            reason = "too_large" if each.event_id else "no_event"
            dropped[each.project_id, day_of(each), "tracker", reason, "attachment"] += 1
            continue
        # One by one: a batch of them may be large.
        insert(using, Attachment, _COLUMNS, [_row(each)])
    count_dropped(using, dropped)


_COLUMNS = (
    "project", "event_id", "filename", "content_type", "size", "received_at", "body",
)  # fmt: skip


def _row(received: Received) -> tuple[object, ...]:
    header = received.item.header
    return (
        received.project_id,
        received.event_id,
        cut(header.get("filename"), 255) or "attachment",
        cut(header.get("content_type"), 100),
        len(received.item.payload),
        datetime.fromtimestamp(received.entry.received_at, UTC),
        payload.compressed(received.item.payload),
    )
