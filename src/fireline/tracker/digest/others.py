"""Items that are no events, for the digesters that are registered; the rest is counted by name."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from fireline.tracker.digest.arrivals import Contents
from fireline.tracker.digest.discarded import Dropped, count_dropped, day_of
from fireline.tracker.digest.registry import DIGESTERS, Received


def digest(using: str, housed: Sequence[tuple[int, Contents]]) -> None:
    """Hand each item to its digester."""
    by_type: dict[str, list[Received]] = defaultdict(list)
    for project_id, contents in housed:
        for number, item in enumerate(contents.others):
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
