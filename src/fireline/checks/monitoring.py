"""What monitoring is told, and whether it is open to everybody."""

from collections.abc import Iterator
from ipaddress import ip_network

from django.core.checks import CheckMessage, Error

from fireline import conf
from fireline.health import names
from fireline.health.plugin import function_at
from fireline.probes import ANSWERS


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """Probes and checks that there are not."""
    yield from _probes(settings)
    yield from _health_checks(settings)


def open_to_everybody(settings: conf.Settings) -> Iterator[CheckMessage]:
    """What lets the whole world in."""
    yield from _open_networks(settings)
    yield from _weak_token(settings)


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
