"""What a report says besides, small enough for an event."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

_DEPTH = 5
_BREADTH = 50
_CHARACTERS = 4000


def bounded(value: Any, depth: int = _DEPTH) -> Any:
    """The same in dicts, lists and short texts; what is deeper or more is left out."""
    if isinstance(value, str):
        return value if len(value) <= _CHARACTERS else f"{value[:_CHARACTERS]}…"
    if isinstance(value, (bool, int, float, type(None))):
        return value
    if isinstance(value, (date, Decimal)):
        return str(value)
    if not depth:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(key)[:200]: bounded(item, depth - 1)
            for key, item in islice(value.items(), _BREADTH)
        }
    if isinstance(value, (tuple, list)):
        return [bounded(item, depth - 1) for item in islice(value, _BREADTH)]
    return str(value)[:_CHARACTERS]
