"""What a client has sent, read without trust: any value may be of any type and of any size."""

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 300
"""Characters of a name that count; what is longer was made by a machine, or to hurt."""

_NOTHING: Mapping[str, Any] = {}


def text(value: object, limit: int = LONGEST) -> str:
    """The value where it is a text, at most so long; numbers as they are written; else nothing."""
    if type(value) is str:
        return value if len(value) <= limit else value[:limit]
    if isinstance(value, str):
        return str.__str__(value)[:limit]
    return str(value) if type(value) is int and abs(value) < 1 << 64 else ""


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a dict; else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def sequence(value: object) -> Sequence[Any]:
    """The value where it is a list; else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def values_of(value: object) -> Sequence[Any]:
    """What stands in `{"values": [...]}`; some clients send the bare list, or the one thing."""
    if isinstance(value, dict):
        return sequence(value["values"]) if "values" in value else [value]
    return sequence(value)
