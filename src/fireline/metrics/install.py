"""Where prometheus-client's metrics begin to share their values."""

import os
from typing import Any

from prometheus_client import REGISTRY, values
from prometheus_client.metrics import MetricWrapperBase

from fireline.errors import guarded
from fireline.metrics.families import count_attempt, note_health
from fireline.metrics.messages import on_message
from fireline.metrics.resilience import on_breaker_changed, on_retried
from fireline.metrics.shared import SharedValue
from fireline.signals import (
    breaker_changed,
    health_checked,
    message_attempted,
    message_settled,
    retried,
    security_event,
)


def install() -> None:
    """
    Let every counter, gauge and histogram of this process be read by all, and count attempts.

    Also those of the project and of its packages, whether they were made before or will be. A
    project that has set PROMETHEUS_MULTIPROC_DIR has chosen prometheus-client's own way, and keeps it.
    """
    security_event.connect(_on_security_event, dispatch_uid="fireline.metrics.security_event")
    message_attempted.connect(on_message, dispatch_uid="fireline.metrics.message_attempted")
    message_settled.connect(on_message, dispatch_uid="fireline.metrics.message_settled")
    health_checked.connect(_on_health_checked, dispatch_uid="fireline.metrics.health_checked")
    retried.connect(on_retried, dispatch_uid="fireline.metrics.retried")
    breaker_changed.connect(on_breaker_changed, dispatch_uid="fireline.metrics.breaker_changed")
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ or values.ValueClass is SharedValue:
        return
    values.ValueClass = SharedValue
    for collector in list(REGISTRY._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            guarded(_share, collector)


def _share(metric: Any) -> None:
    """A metric that was made before begins again, with what it has counted while Django started."""
    for child in [metric, *getattr(metric, "_metrics", {}).values()]:
        if not child._is_observable() or "_child_samples" in vars(child):
            continue
        before = {name: getattr(child, name, None) for name in ("_value", "_sum", "_count")}
        child._metric_init()
        for name, value in before.items():
            if isinstance(value, values.MutexValue) and (amount := value.get()):
                getattr(child, name).inc(amount)


def _on_security_event(*, event: str, **_: Any) -> None:
    count_attempt(event)


def _on_health_checked(*, name: str, status: str, **_: Any) -> None:
    note_health(name, status)
