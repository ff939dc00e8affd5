"""What a report says besides, small enough for an event."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from fireline.sentry.room import Room

_DEPTH = 5
_BREADTH = 50
_CHARACTERS = 4000
_EACH = 10_000


def bounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same in dicts, lists and short texts; what is deeper or more is left out of each."""
    return {
        name[:200]: _bounded(value, _DEPTH, Room(_EACH))
        for name, value in islice(values.items(), _BREADTH)
    }


def _bounded(value: Any, depth: int, room: Room) -> Any:
    if isinstance(value, (bool, int, float, type(None))):
        return value
    if isinstance(value, (str, date, Decimal)):
        text = str(value)
        return room.take(text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…")
    if not depth or not room.left:
        return "…"
    if isinstance(value, Mapping):
        return {
            room.take(str(key)[:200]): _bounded(item, depth - 1, room)
            for key, item in islice(value.items(), _BREADTH)
            if room.left
        }
    if isinstance(value, (tuple, list)):
        items = islice(value, _BREADTH)
        return [_bounded(item, depth - 1, room) for item in items if room.left]
    return room.take(str(value)[:_CHARACTERS])
