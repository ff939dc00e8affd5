"""What a project calls in its settings."""

import os
import warnings
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.client import get_options
from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.modules import ModulesIntegration
from sentry_sdk.transport import Transport, make_transport
from sentry_sdk.utils import BadDsn, Dsn

from fireline import conf
from fireline.sentry import clean
from fireline.sentry.budget import Budgeted
from fireline.sentry.release import release_of
from fireline.tracker.transport import SpoolTransport

wanted: dict[str, Any] = {}
"""What `init` was called with, for a client that the project sets up itself behind it."""

_DEVELOPMENT = frozenset(("development", "dev", "local"))


def init(
    dsn: str | None = None,
    environment: str | None = None,
    release: str | None = None,
    *,
    service: str = "",
    tracing: bool = False,
    tracker: bool = True,
    errors_per_month: int | None = 5_000,
    transactions_per_month: int | None = 10_000,
    **options: Any,
) -> None:
    """
    Let every failure become an event; one call in settings.py, before or behind everything else.

    With a DSN (SENTRY_DSN) events go to Sentry, where `fireline.tracker` is in INSTALLED_APPS to the
    tracker, where both are to both. `tracker=False` keeps them out of the tracker.

    `environment` is SENTRY_ENVIRONMENT or production, `release` is SENTRY_RELEASE or
    `<service>@<commit>`. Traces and profiles are sampled at 1.0 in development and 0.1 elsewhere, and
    personal data is sent in development alone; `tracing=True` makes each request a trace, by the
    SDK's own integration of Django. What goes to Sentry has a budget of each calendar month.

    All else is an option of `sentry_sdk.init`, and comes before what Fireline would choose. Where the
    project calls `sentry_sdk.init` itself, before or behind, its client stays; it feeds the tracker, too.
    """
    budget = {"errors": errors_per_month, "transactions": transactions_per_month}
    release = release or release_of(service or conf.service_name())
    wanted.update(budget=budget, tracker=tracker, release=release)
    if adopt():
        return
    chosen = _chosen(environment, tracing=tracing, given=options)
    chosen["dsn"] = _dsn(dsn)
    chosen["release"] = release
    with warnings.catch_warnings():
        # `data_collection` switches the SDK's own scrubber off; this word does not.
        warnings.filterwarnings("ignore", "The send_default_pii option", DeprecationWarning)
        to_sentry = _to_sentry(chosen, budget)
        transport = SpoolTransport(
            chosen, to_sentry=to_sentry, is_scrubbed=True, is_spooling=tracker
        )
        sentry_sdk.init(**{**chosen, "transport": transport})


def _dsn(given: str | None) -> str:
    """The one that is given, or that of the environment; raises ImproperlyConfigured for what is none."""
    dsn = (os.environ.get("SENTRY_DSN", "") if given is None else given).strip()
    try:
        if dsn:
            Dsn(dsn)
    except BadDsn as error:
        name = "SENTRY_DSN" if given is None else "The dsn of fireline.sentry.init()"
        raise ImproperlyConfigured(
            f"{name} is no DSN: {error}. It is written https://<key>@<host>/<project>; "
            "leave it empty where events stay in the tracker."
        ) from None
    return dsn


def _chosen(environment: str | None, *, tracing: bool, given: dict[str, Any]) -> dict[str, Any]:
    environment = environment or os.environ.get("SENTRY_ENVIRONMENT") or "production"
    is_development = environment.lower() in _DEVELOPMENT
    rate = 1.0 if is_development else 0.1
    chosen: dict[str, Any] = {
        "environment": environment,
        "traces_sample_rate": rate,
        "profile_session_sample_rate": rate,
        "profile_lifecycle": "trace",
        # Those of the SDK cost every request; Fireline's own sources hear of the same failures.
        "default_integrations": False,
        "auto_enabling_integrations": False,
    }
    if is_development and "data_collection" not in given:
        chosen["send_default_pii"] = True
    chosen = {name: value for name, value in chosen.items() if name in DEFAULT_OPTIONS} | given
    chosen["in_app_exclude"] = [*chosen.get("in_app_exclude", ()), "fireline"]
    chosen["integrations"] = _integrations(chosen, tracing=tracing)
    clean.install(chosen)
    return chosen


def _integrations(chosen: dict[str, Any], *, tracing: bool) -> list[Any]:
    """The project's, and of the SDK's those that a request does not pay for."""
    integrations = list(chosen.get("integrations", ()))
    ours: list[Any] = [AtexitIntegration, ModulesIntegration]
    if tracing:
        # By name: with Django's integration the SDK patches what it finds imported.
        from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415

        ours.append(DjangoIntegration)
    known = {integration.identifier for integration in integrations}
    disabled = tuple(
        one if isinstance(one, type) else type(one)
        for one in chosen.get("disabled_integrations") or ()
    )
    return integrations + [
        kind() for kind in ours if kind.identifier not in known and kind not in disabled
    ]


def _to_sentry(chosen: dict[str, Any], budget: dict[str, int | None]) -> Transport | None:
    """The transport of the DSN, or the one that the project has given, within the budget."""
    transport = make_transport(get_options(**chosen))
    return None if transport is None else Budgeted(transport, budget)


def adopt() -> bool:
    """
    Whether there is a client of the project's own, which feeds the tracker from now on, too.

    What it sends bears no secret then, and a release. Nothing of it is touched where nobody has
    called `init`.
    """
    client = sentry_sdk.get_client()
    is_its_own = client.is_active() and not isinstance(client.transport, SpoolTransport)
    if is_its_own and wanted:
        _adopt(client, **wanted)
    return is_its_own


def _adopt(client: Any, budget: dict[str, int | None], tracker: bool, release: str) -> None:
    client.options["release"] = client.options["release"] or release
    clean.install(client.options)
    own = client.transport
    client.transport = SpoolTransport(
        client.options,
        to_sentry=None if own is None else Budgeted(own, budget),
        is_scrubbed=True,
        is_spooling=tracker,
    )
