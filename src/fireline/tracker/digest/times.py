"""When it happened, as far as a client's clock can be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

_DRIFT = timedelta(seconds=55)
"""A smaller difference is the way of the envelope, not the clock's."""
_OLDEST = timedelta(days=30)
_NEWEST = timedelta(minutes=1)


def occurred_at(timestamp: Any, sent_at: Any, received_at: datetime) -> datetime:
    """When it happened: by the client's clock, corrected by what the client calls now."""
    when, sent = moment(timestamp), moment(sent_at)
    if when is None:
        return received_at
    if sent is not None and abs(received_at - sent) > _DRIFT:
        when += received_at - sent
    if when > received_at + _NEWEST:
        return received_at
    return max(when, received_at - _OLDEST)


def moment(given: Any) -> datetime | None:
    """The time that a client means by this: seconds since 1970, or ISO 8601."""
    try:
        if type(given) is str and not given.replace(".", "", 1).isdecimal():
            when = datetime.fromisoformat(given)
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        elif type(given) in {int, float, str}:
            when = datetime.fromtimestamp(float(given), UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return when if 1980 < when.year < 9000 else None
