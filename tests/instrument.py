"""The SDK, set up as a project does it; what it captures is kept, and all is put back behind each test."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest
import sentry_sdk
from django.core.cache import CacheHandler, caches
from django.db.backends.signals import connection_created
from sentry_sdk import scope as sdk
from sentry_sdk.transport import Transport

import fireline.sentry
from fireline.scope.current import FOLLOWERS
from fireline.sentry import ready, storms
from fireline.sentry.start import wanted
from fireline.signals import security_burst
from fireline.sources import breadcrumbs
from fireline.sources.breadcrumbs import queries
from fireline.tracker.transport import LOST


class Kept(Transport):
    """A transport that keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Any] = []
        self.lost: list[tuple[str, str]] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.envelopes.append(envelope)

    def record_lost_event(self, reason, data_category=None, item=None, *, quantity=1) -> None:
        self.lost.append((reason, item.data_category if item else data_category))

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events, as they would be sent."""
        return [event for one in self.envelopes if (event := one.get_event()) is not None]

    @property
    def event(self) -> dict[str, Any]:
        """The one event."""
        (event,) = self.events
        return event


@pytest.fixture
def as_before() -> Iterator[None]:
    """No client at first, and in the end none again; nothing of ours is left in the libraries."""
    places = [
        (logging.Logger, "callHandlers"),
        (HTTPConnection, "putrequest"),
        (HTTPConnection, "getresponse"),
        (CacheHandler, "create_connection"),
        (httpx.Client, "send"),
        (httpx.AsyncClient, "send"),
        (sys, "excepthook"),
        (threading, "excepthook"),
    ]
    before = [(place, name, getattr(place, name)) for place, name in places]
    processors = list(sdk.global_event_processors)
    _forget()
    yield
    sentry_sdk.get_client().close(timeout=0.1)
    sdk.global_event_processors[:] = processors
    for place, name, own in before:
        setattr(place, name, own)
    connection_created.disconnect(dispatch_uid="fireline.breadcrumbs")
    for connection in queries.connections.all(initialized_only=True):
        if queries.watch in connection.execute_wrappers:
            connection.execute_wrappers.remove(queries.watch)
    security_burst.disconnect(dispatch_uid="fireline.sentry")
    _forget()


def _forget() -> None:
    FOLLOWERS.clear()
    LOST.clear()
    wanted.clear()
    ready.install.cache_clear()
    breadcrumbs.install.cache_clear()
    storms.storms.begin_anew()
    sdk._isolation_scope.set(None)
    sdk._current_scope.set(None)
    sdk._global_scope = None
    if hasattr(caches._connections, "default"):
        del caches["default"]


Start = Callable[..., Kept]


@pytest.fixture
def start(as_before: None, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Call `fireline.sentry.init` as settings.py does; what it captures goes to the Kept that is returned."""
    for name in ("SENTRY_DSN", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE", "GIT_COMMIT"):
        monkeypatch.delenv(name, raising=False)

    def start(**options: Any) -> Kept:
        kept = Kept()
        fireline.sentry.init(**{"service": "crm", "tracker": False, "transport": kept, **options})
        ready.install()
        breadcrumbs.install()
        return kept

    return start


@pytest.fixture
def kept(start: Start) -> Kept:
    """What the SDK has captured, set up without any option."""
    return start()
