"""What the business counts: customers, orders, messages; from the project's own providers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily

from fireline import conf
from fireline.connections import close_connections
from fireline.errors import complain
from fireline.timed import Finding, Timed

Figures = Mapping[str, float | int | Decimal | None]
Provider = Callable[[], Figures]

_providers: dict[str, "Timed[dict[str, float | int]]"] = {}


def register(name: str, provider: Provider) -> None:
    """
    Let a provider tell figures under this name, such as `{"total": 17, "active": 12}`.

    They stand in /metrics/ twice: as JSON, and for Prometheus as
    `fireline_business{provider="customers", figure="total"}`. The provider is called at most once
    in BUSINESS_CACHE_SECONDS, in a thread of its own, and given up after BUSINESS_TIMEOUT. A second
    provider of the same name takes the place of the first.
    """
    _providers[name] = Timed(lambda: _told_by(provider))


def unregister(name: str) -> None:
    """Forget the provider of this name."""
    _providers.pop(name, None)


def business_figures() -> dict[str, Any]:
    """
    The figures of each provider, and `timestamp` (ISO 8601, UTC).

    Those that fail or take too long are named in `missing`; nobody waits longer than
    BUSINESS_TIMEOUT for all of them together.
    """
    found = _found()
    told: dict[str, Any] = {
        name: finding.value for name, finding in found.items() if not finding.error
    }
    if missing := sorted(found.keys() - told.keys()):
        told["missing"] = missing
    return {**told, "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z")}


def business_families() -> list[GaugeMetricFamily]:
    """The same as gauges, and whether each provider answers."""
    figures = GaugeMetricFamily(
        "fireline_business", "Figures of the business.", labels=("provider", "figure")
    )
    up = GaugeMetricFamily(
        "fireline_business_up", "1 where the provider has answered in time.", labels=("provider",)
    )
    for name, finding in _found().items():
        up.add_metric((name,), 0 if finding.error else 1)
        for figure, value in (finding.value or {}).items():
            figures.add_metric((name, figure), value)
    return [figures, up] if _providers else []


def _found() -> "dict[str, Finding[dict[str, float | int]]]":
    settings = conf.current()
    limit, keep = settings.BUSINESS_TIMEOUT, settings.BUSINESS_CACHE_SECONDS
    runs = {name: timed.start(keep, limit) for name, timed in dict(_providers).items()}
    found = {name: run.within(limit) for name, run in runs.items()}
    for name, finding in found.items():
        if isinstance(finding.error, Exception):
            complain(f"the business figures of {name}", finding.error)
    return found


def _told_by(provider: Provider) -> dict[str, float | int]:
    try:
        told = provider()
        return {str(name): _number(value) for name, value in told.items() if value is not None}
    finally:
        close_connections()


def _number(value: Any) -> float | int:
    return value if isinstance(value, (int, float)) else float(value)
