"""Which events of an issue will be missed least. No database here."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

BEARING = 16
"""So many times as much an event is worth that bears a file, or what a person has written of it."""


def least_worth(times: Sequence[float], now: float, count: int, bearing: set[int]) -> list[int]:
    """
    The places of `count` events that can go, of these that happened at `times`, the oldest first.

    Without it, an event leaves a gap; the longer it is, measured by how long ago it was, the more the
    event is worth. So what is left lies closer together the newer it is, over the whole time, and a
    burst keeps as much as a quiet day. The first and the last stay.
    """
    before = list(range(-1, len(times) - 1))
    after = list(range(1, len(times) + 1))

    def worth(place: int) -> float:
        gap = times[after[place]] - times[before[place]]
        return gap / max(now - times[place], 1.0) * (BEARING if place in bearing else 1)

    # Entries that are no longer true stay in the heap, and are known by their worth.
    worths = {place: worth(place) for place in range(1, len(times) - 1)}
    heap = [(value, place) for place, value in worths.items()]
    heapify(heap)
    gone: list[int] = []
    while heap and len(gone) < count:
        value, place = heappop(heap)
        if worths.get(place) != value:
            continue
        del worths[place]
        gone.append(place)
        one, other = before[place], after[place]
        after[one], before[other] = other, one
        for neighbour in (one, other):
            if neighbour in worths:
                worths[neighbour] = worth(neighbour)
                heappush(heap, (worths[neighbour], neighbour))
    return gone


def level(counts: Iterable[int], total: int) -> int:
    """How many each may keep so that all together are `total`: who has fewer than that keeps them all."""
    waiting = sorted(counts)
    left = total
    for place, count in enumerate(waiting):
        share = left // (len(waiting) - place)
        if count >= share:
            return max(share, 0)
        left -= count
    return waiting[-1] if waiting else 0
