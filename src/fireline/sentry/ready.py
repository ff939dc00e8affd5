"""What begins with the first event, or with Django: the SDK's events and scopes know Fireline's."""

from functools import cache

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.scope import add_global_event_processor

from fireline import conf
from fireline.metrics.events import count_lost
from fireline.scope.current import FOLLOWERS
from fireline.sentry.bursts import on_burst
from fireline.sentry.enriched import enriched
from fireline.sentry.isolated import follow
from fireline.signals import security_burst
from fireline.tracker.transport import LOST


@cache
def install() -> None:
    """Once in each process."""
    add_global_event_processor(enriched)
    # Where the SDK makes events of log lines: what these say is an event already, or no failure.
    service = conf.current().service
    for name in ("errors", "access", "security", "sockets"):
        ignore_logger(f"{service}.{name}")
    for name in ("fireline", "fireline.sentry", "fireline.tracker", "fireline.tracker.*"):
        ignore_logger(name)
    FOLLOWERS.append(follow)
    LOST.append(count_lost)
    security_burst.connect(on_burst, dispatch_uid="fireline.sentry")


def notes_itself() -> frozenset[str]:
    """What the SDK's integrations note as breadcrumbs already: queries, calls, lines."""
    integrations = sentry_sdk.get_client().integrations
    return frozenset(noted for name, noted in _NOTING.items() if name in integrations)


_NOTING = {"django": "queries", "stdlib": "calls", "logging": "lines"}
