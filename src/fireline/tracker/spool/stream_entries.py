"""An entry as a stream has it: names and values."""

from collections.abc import Sequence
from dataclasses import dataclass

from fireline.tracker.spool.entry import Entry, Taken

_OVERHEAD = 200
"""Bytes that an entry takes besides its envelope and names, about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry lies: its id in the stream, and what it takes of the budget, and of whose."""

    id: bytes
    size: int
    key: str


def size_of(entry: Entry) -> int:
    """Bytes that this entry takes of the budget."""
    return len(entry.envelope) + len(entry.project) + len(entry.key) + _OVERHEAD


def written(entry: Entry) -> list[str | bytes | int]:
    """Its names and values, in turn."""
    values: dict[str, str | bytes | int] = {
        "id": entry.id,
        "project": entry.project,
        "key": entry.key,
        "received_at": repr(entry.received_at),
        "is_scrubbed": int(entry.is_scrubbed),
        "envelope": entry.envelope,
    }
    return [part for pair in values.items() for part in pair]


def taken_of(place: bytes, attempts: int, pairs: Sequence[bytes]) -> Taken:
    """
    The entry of these names and values, as a digester has it in its hands.

    Raises KeyError or ValueError where they are none of ours.
    """
    found = dict(zip(pairs[::2], pairs[1::2], strict=True))
    entry = Entry(
        id=found[b"id"].decode(),
        project=found[b"project"].decode(),
        key=found[b"key"].decode(),
        received_at=float(found[b"received_at"]),
        is_scrubbed=found[b"is_scrubbed"] == b"1",
        envelope=found[b"envelope"],
    )
    return Taken(entry=entry, place=Place(place, size_of(entry), entry.key), attempts=attempts)
