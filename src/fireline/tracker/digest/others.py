"""Items that are no events, for the digesters that are registered; the rest is counted by name."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from fireline.tracker.digest.arrivals import Contents
from fireline.tracker.digest.discarded import Dropped, count_dropped, day_of
from fireline.tracker.digest.registry import DIGESTERS, Received
from fireline.tracker.digest.statements import insert
from fireline.tracker.models import Receipt


def digest(using: str, housed: Sequence[tuple[int, Contents]]) -> None:
    """Hand each item to its digester, once, whatever dies between."""
    bearing = {each.entry.id: (id_, each) for id_, each in housed if each.others}
    if not bearing:
        return
    now = datetime.now(UTC)
    fresh = insert(
        using,
        Receipt,
        ("entry_id", "stored_at"),
        [(entry_id, now) for entry_id in sorted(bearing)],
        "ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id",
    )
    ours = {entry_id for (entry_id,) in fresh}
    by_type: dict[str, list[Received]] = defaultdict(list)
    for entry_id, (project_id, contents) in bearing.items():
        for number, item in enumerate(contents.others) if entry_id in ours else ():
            by_type[item.type].append(
                Received(
                    project_id=project_id,
                    item=item,
                    number=number,
                    event_id=contents.event_id,
                    entry=contents.entry,
                )
            )
    unknown = [each for kind, each in sorted(by_type.items()) if kind not in DIGESTERS]
    for kind in sorted(by_type.keys() & DIGESTERS.keys()):
        DIGESTERS[kind](by_type[kind], using)
    count_dropped(using, Counter(_dropped(each) for received in unknown for each in received))


def _dropped(received: Received) -> Dropped:
    day = day_of(received)
    return received.project_id, day, "tracker", "not_understood", received.item.type
