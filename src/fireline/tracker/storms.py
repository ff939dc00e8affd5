"""What a storm has kept from becoming events, as the next event of its kind tells."""

from collections.abc import Mapping
from typing import Any

MOST = 100_000
"""What one event can tell of: a minute of one process. Who has a public key can claim anything."""


def occurrences(event: Mapping[str, Any]) -> int:
    """
    How often it happened: this normalised event, and those before it that were only counted.

    After TRACK_PER_MINUTE events of one kind in a minute `fireline.sentry` counts the others, and
    writes their number into the context `fireline` of the next that becomes an event.
    """
    told = (event.get("contexts") or {}).get("fireline") or {}
    return 1 + believed(told.get("not_captured"))


def believed(told: Any) -> int:
    """This number, where it is one, and not more than there can have been."""
    return min(told, MOST) if type(told) is int and told > 0 else 0
