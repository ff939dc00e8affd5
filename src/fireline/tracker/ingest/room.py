"""Where accepted envelopes go, and what clients are told while there is no room."""

from time import monotonic

from fireline.tracker.ingest import quota
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.spool import Entry, FullError, spool

_STILL_FULL = 1.0
"""Seconds after a refusal by the spool in which nothing more of that key is even read."""

_AWAY = 10.0
"""Seconds after which SDKs may come back to a spool that is not there: one that restarts is sooner back."""

_full_until: dict[str, tuple[float, float]] = {}
"""By key: until when nothing is read, and how many seconds later SDKs may come back."""


def put(entry: Entry) -> None:
    """Put the entry into the spool; raises Refused where it takes nothing now."""
    try:
        spool().put(entry)
    except FullError as error:
        _full_until[entry.key] = (monotonic() + _STILL_FULL, error.retry_after)
        raise _full(error.retry_after, because=str(error)) from None
    except Exception as error:  # a full or broken disk, a Redis that is gone
        _full_until[entry.key] = (monotonic() + _STILL_FULL, _AWAY)
        raise _full(_AWAY, because=str(error)) from None
    if _full_until:
        _full_until.pop(entry.key, None)


def refuse_where_full(key: str) -> None:
    """Raise Refused where this key was refused a moment ago: its body need not be read."""
    until, retry_after = _full_until.get(key, (0.0, 0.0))
    if until > monotonic():
        raise _full(retry_after)


def quota_used_up() -> Refused:
    """What a client is told whose key has sent what it may in this minute."""
    return Refused(
        429,
        "quota",
        "This key has sent as much as it may in a minute.",
        retry_after=quota.left_of_minute(),
    )


def _full(retry_after: float, because: str = "") -> Refused:
    return Refused(
        429, "full", "The tracker has no room now.", retry_after=retry_after, because=because
    )
