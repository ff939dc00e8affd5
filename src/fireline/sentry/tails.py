"""What a storm has kept back is told when it is over, also where no further failure of its kind comes."""

import atexit
from functools import cache
from time import monotonic

import sentry_sdk

from fireline.metrics.events import count_lost
from fireline.scope import Scope
from fireline.scope.current import FOLLOWERS
from fireline.sentry.storms import storms
from fireline.tracker.tails import item_of
from fireline.tracker.transport import SpoolTransport


def keep_back() -> None:
    """Count a failure that becomes no event, and see that its issue hears of it."""
    count_lost("storm", "error")
    if _at_leaving not in FOLLOWERS:  # nothing is asked of requests before the first storm
        FOLLOWERS.append(_at_leaving)
        _at_exit()


def tell(now: float) -> None:
    """Tell of all storms that are over by then."""
    transport = sentry_sdk.get_client().transport
    tails = storms.over(now)
    if tails and isinstance(transport, SpoolTransport):
        transport.put(tuple(item_of(event_id, count) for event_id, count in tails))


def _at_leaving(_: Scope | None, inner: Scope | None) -> None:
    """A request or a task is over; it need not be one that has failed."""
    if inner is None and (now := monotonic()) >= storms.over_at:
        tell(now)


@cache
def _at_exit() -> None:
    atexit.register(lambda: tell(float("inf")))
