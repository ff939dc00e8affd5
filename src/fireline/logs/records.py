"""Records of Fireline's own: what they say is clean already, and stands in `extras`."""

import logging
from collections.abc import Mapping
from typing import Any


class Extras(dict[str, Any]):
    """The fields of such a record; somebody's `extra={"extras": {...}}` is none of these."""

    __slots__ = ()


def with_extras(
    record: logging.LogRecord, correlation_id: str | None, extras: Mapping[str, Any]
) -> logging.LogRecord:
    """
    The record with these fields; for the formatters of others they are attributes, too.

    What a record has itself is not overwritten, as `makeRecord` would refuse to: a context may hold
    a `name`, and the project's record factory a `path`. Such a field is the attribute `extra_<name>`.
    """
    known = record.__dict__
    for name, value in extras.items():
        known[f"extra_{name}" if name in known or name in _OURS else name] = value
    known["extras"] = Extras(extras)
    known["correlation_id"] = correlation_id
    return record


_OURS = frozenset(("asctime", "correlation_id", "extras", "message"))
