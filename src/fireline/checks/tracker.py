"""Whether the tracker is wired to its end: what fails gets in, is digested, and lies where it was meant to."""

import sys
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from fireline import conf

_DIGESTERS = ("thread", "worker", "off")


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """What cannot be meant."""
    if settings.TRACKER_DIGEST not in _DIGESTERS:
        yield Error(
            f"FIRELINE['TRACKER_DIGEST'] is {settings.TRACKER_DIGEST!r}: nobody would digest.",
            hint=f"Take one of {', '.join(_DIGESTERS)}.",
            id="fireline.E035",
        )
    if settings.TRACKER_FINGERPRINT_RULES:
        yield from _rules(settings.TRACKER_FINGERPRINT_RULES)
    if apps.is_installed("fireline.tracker"):
        yield from _database()
        yield from _project(settings.TRACKER_PROJECT or settings.service)


def _project(name: str) -> Iterator[CheckMessage]:
    if name.isdecimal():
        yield Error(
            f"The project of this service is called {name}: it would be taken for the number of one.",
            hint="Give FIRELINE['TRACKER_PROJECT'] a name with letters.",
            id="fireline.E038",
        )


def _rules(given: tuple[str, ...]) -> Iterator[CheckMessage]:
    # Only where there are any: the grouping's patterns take a while to compile.
    for problem in import_module("fireline.tracker.grouping.rules").problems(given):
        yield Error(
            f"FIRELINE['TRACKER_FINGERPRINT_RULES']: {problem}",
            hint="docs/tracker.md tells what rules can say; until it is mended, this one is left out.",
            id="fireline.E036",
        )


def half_wired(settings: conf.Settings) -> Iterator[CheckMessage]:
    """A tracker that hears of nothing, or events that nobody keeps; for `check --deploy`."""
    if not apps.is_installed("fireline.tracker"):
        yield from _nowhere()
        return
    if not _is_receiving():
        yield Advice(
            "fireline.tracker is installed, and the failures of this service do not get there.",
            hint="Call fireline.sentry.init() in settings.py, also beside a sentry_sdk.init of your own. "
            "Where only others send here, or your DSN leads here, silence this.",
            id="fireline.W035",
        )
    if settings.TRACKER_DIGEST == "off":
        yield Advice(
            "FIRELINE['TRACKER_DIGEST'] is 'off': events wait in the spool, and no process of these "
            "settings digests them.",
            hint="Take 'thread', or 'worker' with `manage.py fireline_worker`. Where the spool is a "
            "Redis whose events are digested elsewhere, silence this.",
            id="fireline.W037",
        )


def _database() -> Iterator[CheckMessage]:
    """A database of its own to which nothing leads; one in which nothing can be digested."""
    alias = router.db_for_write(apps.get_model("fireline_tracker", "Event"))
    if not _can_upsert(connections[alias]):
        yield Error(
            f"The tracker's tables are in the database {alias!r}, which is neither PostgreSQL nor SQLite "
            "from 3.35 on: no event could be stored.",
            hint="Give the tracker a file of its own: DATABASES |= fireline.tracker.database(directory), "
            'and DATABASE_ROUTERS = ["fireline.tracker.Router"].',
            id="fireline.E037",
        )
    if "tracker" in django_settings.DATABASES and alias != "tracker":
        yield Advice(
            f"DATABASES has an entry 'tracker', and the tracker's tables are in {alias!r}.",
            hint='Set DATABASE_ROUTERS = ["fireline.tracker.Router"].',
            id="fireline.W036",
        )


def _can_upsert(connection: BaseDatabaseWrapper) -> bool:
    """Whether it knows the SQL of the digest; asked without connecting."""
    if connection.vendor == "sqlite":
        return bool(connection.features.can_return_rows_from_bulk_insert)
    return connection.vendor == "postgresql"


def _nowhere() -> Iterator[CheckMessage]:
    sdk = sys.modules.get("sentry_sdk")
    if sdk is None:
        return
    client = sdk.get_client()
    has_place = getattr(client.transport, "has_place", True)
    if client.is_active() and not has_place:
        yield Advice(
            "fireline.sentry.init() was called, and there is neither a DSN nor fireline.tracker in "
            "INSTALLED_APPS: nobody keeps the events.",
            hint='Set SENTRY_DSN, or add "fireline.tracker" to INSTALLED_APPS.',
            id="fireline.W038",
        )


def _is_receiving() -> bool:
    """
    Whether somebody has decided where this service's failures go; without the SDK, none is captured.

    A project's own client knows nothing of the tracker; `tracker=False` is an answer, too.
    """
    sdk = sys.modules.get("sentry_sdk")
    client = sdk.get_client() if sdk is not None else None
    return client is not None and client.is_active() and hasattr(client.transport, "has_place")
