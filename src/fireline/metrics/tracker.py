"""The tracker in figures: what waits, and what became of it."""

from collections.abc import Iterator
from functools import cache

from prometheus_client import Counter
from prometheus_client.metrics_core import GaugeMetricFamily

from fireline.metrics.families import _family

STORED, REPEATED, HOMELESS, SET_ASIDE = "stored", "repeated", "unknown_project", "set_aside"


def queue_families(entries: int, size: int, lag: float) -> Iterator[GaugeMetricFamily]:
    """What waits in the spool: how much, and for how long."""
    yield GaugeMetricFamily(
        "fireline_tracker_queue_depth", "Events that wait to be digested.", value=entries
    )
    yield GaugeMetricFamily(
        "fireline_tracker_queue_bytes", "Bytes that they take in the spool.", value=size
    )
    yield GaugeMetricFamily(
        "fireline_tracker_lag_seconds", "How long the oldest of them has waited.", value=lag
    )


def count_digested(outcome: str, quantity: int) -> None:
    """Count what became of events, or of entries that bear any number of them."""
    if quantity:
        _digested().labels(outcome).inc(quantity)


@cache
def _digested() -> Counter:
    says = "What the digest has taken from the spool, by what became of it."
    family = _family(Counter, "fireline_tracker_digested_total", says, ("outcome",))
    for outcome in (STORED, REPEATED, HOMELESS, SET_ASIDE):
        family.labels(outcome)  # from 0: Prometheus sees no increase of a series that begins
    return family
