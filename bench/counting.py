"""
What counting a request costs, beside prometheus-client's own way for one process.

    python bench/counting.py

CPU time, both ways in turn in one run; the contract allows 15 microseconds.
"""

import sys
import tempfile
from collections.abc import Callable
from time import process_time
from types import SimpleNamespace
from typing import Any

from django.conf import settings

GOAL = 15.0
"""Microseconds."""


def ways(directory: str) -> dict[str, Callable[[], None]]:
    """How a request may be counted."""
    import prometheus_client
    from prometheus_client import CollectorRegistry, values

    settings.configure(FIRELINE={"SERVICE": "bench", "RUN_DIRECTORY": directory})
    own = CollectorRegistry()
    labels = ("method", "endpoint", "status")
    counter = prometheus_client.Counter("requests", "x", labels, registry=own)
    histogram = prometheus_client.Histogram("seconds", "x", labels[:2], registry=own)

    def by_hand() -> None:
        counter.labels("GET", "/customers/<pk>/", 200).inc()
        histogram.labels("GET", "/customers/<pk>/").observe(0.0123)

    by_hand()
    from fireline import metrics

    values.ValueClass = metrics.shared.SharedValue
    match = SimpleNamespace(route="customers/<pk>/")
    request: Any = SimpleNamespace(method="GET", resolver_match=match)

    def fireline() -> None:
        metrics.count_request(request, 200, 0.0123, "0af76519-16cd-43dd-8448-eb211c80319c")

    fireline()
    return {"prometheus-client, one process": by_hand, "Fireline, all processes": fireline}


def microseconds(work: Callable[[], None], times: int = 2000) -> float:
    """CPU time of one call."""
    since = process_time()
    for _ in range(times):
        work()
    return (process_time() - since) / times * 1e6


def measured(rounds: int = 60) -> dict[str, float]:
    """The fastest round of each way; they take turns."""
    with tempfile.TemporaryDirectory() as directory:
        both = ways(directory)
        found: dict[str, list[float]] = {name: [] for name in both}
        for _ in range(rounds):
            for name, work in both.items():
                found[name].append(microseconds(work))
    return {name: min(times) for name, times in found.items()}


def main() -> int:
    """Print the table."""
    found = measured()
    for name, time in found.items():
        print(f"{name:32} {time:6.2f} us")
    print(f"goal: under {GOAL:g} us")
    return int(found["Fireline, all processes"] > GOAL)


if __name__ == "__main__":
    sys.exit(main())
