"""Whether calls to other services go through, in every process of this one."""

from typing import Any

from fireline.health.readings import Reading, Status
from fireline.health.registry import names, register
from fireline.metrics.resilience import open_breakers
from fireline.signals import breaker_changed

NAME = "breakers"


def ask() -> Reading:
    """Degraded while a breaker is open: the service works, without what that one leads to."""
    waits = open_breakers()
    closed = [name for name, wait in waits.items() if not wait]
    details = {
        **{name: {"state": "open", "retry_after": wait} for name, wait in waits.items() if wait},
        **{name: {"state": "closed"} for name in closed},
    }
    is_open = len(closed) < len(waits)
    said = ", ".join(f"{name} for {wait:g} s" for name, wait in waits.items() if wait)
    return Reading(
        status=Status.DEGRADED if is_open else Status.HEALTHY,
        message=f"Open: {said}" if is_open else "OK",
        details=details,
    )


def install() -> None:
    """Join the checks as soon as there is a breaker."""
    breaker_changed.connect(_on_breaker_changed, dispatch_uid="fireline.health.breakers")


def _on_breaker_changed(**_: Any) -> None:
    if NAME not in names():
        register(NAME, ask)
