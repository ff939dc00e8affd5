"""System checks: what of Fireline is not wired, and how to wire it."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from ipaddress import ip_network
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Advice
from django.utils.module_loading import import_string

from fireline import conf
from fireline.health import names
from fireline.health.plugin import function_at
from fireline.probes import ANSWERS

FIRST = "fireline.middleware.FirelineMiddleware"
LAST = "fireline.middleware.ErrorHandlingMiddleware"
SINGLE = (
    "fireline.middleware.RequestLoggingMiddleware",
    "fireline.middleware.MetricsMiddleware",
    "fireline.middleware.SecurityMiddleware",
)


def check(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Every finding of the checks below."""
    settings = conf.current()
    return [
        *_middlewares(list(django_settings.MIDDLEWARE)),
        *_paths(settings),
        *_probes(settings),
        *_health_checks(settings),
        *_logging(settings),
        *(_own_answers() if settings.RESPONSE_FORMAT else ()),
    ]


def _middlewares(installed: list[str]) -> Iterator[CheckMessage]:
    singles = [name for name in SINGLE if name in installed]
    if FIRST not in installed and not singles:
        yield Advice(
            "FirelineMiddleware is not in MIDDLEWARE: answers carry no ids, and no line of the "
            "access log is written.",
            hint=f"Put '{FIRST}' first in MIDDLEWARE.",
            id="fireline.W001",
        )
    elif FIRST in installed and installed[0] != FIRST:
        yield Advice(
            f"'{installed[0]}' stands before FirelineMiddleware: what it answers has no ids and "
            "no log line.",
            hint=f"Put '{FIRST}' first in MIDDLEWARE.",
            id="fireline.W002",
        )
    if FIRST in installed and singles:
        yield Advice(
            f"FirelineMiddleware does the work of {', '.join(singles)} already.",
            hint="Take them out of MIDDLEWARE.",
            id="fireline.W003",
        )
    if LAST not in installed:
        yield Advice(
            "ErrorHandlingMiddleware is not in MIDDLEWARE: what views raise is not answered in "
            "RESPONSE_FORMAT.",
            hint=f"Put '{LAST}' last in MIDDLEWARE.",
            id="fireline.W004",
        )
    elif installed[-1] != LAST:
        yield Advice(
            f"'{installed[-1]}' stands behind ErrorHandlingMiddleware and may swallow exceptions "
            "before they are reported.",
            hint=f"Put '{LAST}' last in MIDDLEWARE.",
            id="fireline.W005",
        )


def _paths(settings: conf.Settings) -> Iterator[CheckMessage]:
    for name in ("SINKS", "IGNORE", "CRITICAL"):
        for path in getattr(settings, name):
            try:
                import_string(path if "." in path else f"builtins.{path}")
            except ImportError as error:
                yield Error(
                    f"FIRELINE['{name}'] names {path}, which cannot be imported: {error}.",
                    hint="Give the dotted path as in an import, such as 'shop.errors.OutOfStock'.",
                    id="fireline.E001",
                )


def _probes(settings: conf.Settings) -> Iterator[CheckMessage]:
    for path, probe in settings.PROBES.items():
        if probe not in ANSWERS:
            yield Error(
                f"FIRELINE['PROBES'] gives {path} to {probe!r}, which is no probe.",
                hint=f"Take one of {', '.join(ANSWERS)}.",
                id="fireline.E004",
            )


def _health_checks(settings: conf.Settings) -> Iterator[CheckMessage]:
    known = names()
    for name in settings.READY_CHECKS:
        if name not in known:
            yield Error(
                f"FIRELINE['READY_CHECKS'] names {name!r}, which is no check: /readyz would never "
                "be ready.",
                hint=f"Take some of {', '.join(known)}, or register it with fireline.health.",
                id="fireline.E005",
            )
    for name, path in settings.HEALTH_CHECKS.items():
        try:
            function_at(path)
        except Exception as error:  # a module of the project's own may raise anything
            yield Error(
                f"FIRELINE['HEALTH_CHECKS']['{name}'] names {path}, which is no check: "
                f"{type(error).__name__}: {error}.",
                hint="Give the dotted path of a function without arguments, or of a "
                "django-health-check.",
                id="fireline.E005",
            )


def _logging(settings: conf.Settings) -> Iterator[CheckMessage]:
    config = django_settings.LOGGING
    has_root = bool(config.get("root", {}).get("handlers"))
    own = config.get("loggers", {}).get(settings.service, {})
    if not has_root and not own.get("handlers"):
        yield Advice(
            f"LOGGING has no handler for the logger '{settings.service}': access and error lines "
            "are written nowhere.",
            hint="Set LOGGING = fireline.logs.config(), or give that logger a handler.",
            id="fireline.W006",
        )


def _own_answers() -> Iterator[CheckMessage]:
    """What the project answers itself although RESPONSE_FORMAT is set."""
    root = getattr(django_settings, "ROOT_URLCONF", None)  # a service of tasks alone has none
    urlconf = import_module(root) if root else None
    for status in (400, 403, 404, 500):
        handler = getattr(urlconf, f"handler{status}", None)
        if handler is not None and "fireline" not in _path_of(handler):
            yield Advice(
                f"{root} has a handler{status} of its own: failures "
                "outside of views are not answered in RESPONSE_FORMAT.",
                hint=f"Remove it, or point it at 'fireline.sources.django.handler{status}'.",
                id="fireline.W007",
            )
    view = _path_of(django_settings.CSRF_FAILURE_VIEW)
    if not view.startswith(("fireline.", "django.")):
        yield Advice(
            f"CSRF_FAILURE_VIEW is '{view}', but RESPONSE_FORMAT is set: Fireline answers, and that "
            "view is not called.",
            hint="Remove one of the two settings.",
            id="fireline.W008",
        )
    handler = getattr(django_settings, "REST_FRAMEWORK", {}).get("EXCEPTION_HANDLER", "")
    if handler and not _path_of(handler).startswith(("fireline.", "rest_framework.")):
        yield Advice(
            f"REST_FRAMEWORK['EXCEPTION_HANDLER'] is '{_path_of(handler)}', but RESPONSE_FORMAT "
            "is set: Fireline answers, and that handler is not called.",
            hint="Remove one of the two settings.",
            id="fireline.W009",
        )


def check_deployment(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What would show a service in production to everybody; for `check --deploy`."""
    settings = conf.current()
    return [*_open_networks(settings), *_weak_token(settings)]


def _open_networks(settings: conf.Settings) -> Iterator[CheckMessage]:
    for network in settings.MONITORING_NETWORKS:
        if _is_everybody(network):
            yield Error(
                f"FIRELINE['MONITORING_NETWORKS'] names {network}, which is everybody: /metrics/ "
                "and the details of /health/ are public.",
                hint="Name the networks that your monitoring asks from, or set MONITORING_TOKEN.",
                id="fireline.E006",
            )


def _is_everybody(network: str) -> bool:
    try:
        return ip_network(network, strict=False).prefixlen == 0
    except ValueError:
        return False


def _weak_token(settings: conf.Settings) -> Iterator[CheckMessage]:
    length = len(settings.MONITORING_TOKEN)
    if 0 < length < _SHORTEST_TOKEN:
        yield Error(
            f"FIRELINE['MONITORING_TOKEN'] has {length} characters and can be guessed.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
            id="fireline.E007",
        )


_SHORTEST_TOKEN = 16


def _path_of(handler: object) -> str:
    if isinstance(handler, str):
        return handler
    return f"{getattr(handler, '__module__', '')}.{getattr(handler, '__qualname__', '')}"


def install() -> None:
    """Let `manage.py check` ask."""
    register(check, "fireline")
    register(check_deployment, "fireline", deploy=True)
