"""The families of retries and breakers, and what they say over all processes."""

from functools import cache
from time import time
from typing import Any

from prometheus_client import Counter, Gauge
from prometheus_client.samples import Sample

from fireline.metrics import leftovers
from fireline.metrics.collect import _directory, _merged
from fireline.metrics.families import OTHER, _family

_STATES = {"closed": 0, "half_open": 1, "open": 2}
_NAMES_AT_MOST = 500

_names: set[str] = set()


def on_retried(*, name: str, outcome: str, **_: Any) -> None:
    """Count what became of an attempt."""
    _retries().labels(_known(name), outcome).inc()


def on_breaker_changed(*, name: str, state: str, retry_after: float = 0.0, **_: Any) -> None:
    """Note the state of a breaker in this process, and until when it is open."""
    label = _known(name)
    _breaker_states().labels(label).set(_STATES[state])
    _open_until().labels(label).set(time() + retry_after if state == "open" else 0.0)


def open_breakers() -> dict[str, float]:
    """
    Each breaker, by its name: for how many seconds it is still open in some process, or 0.

    The state's family says "open" until somebody calls again; after that time somebody may.
    """
    now = time()
    return {
        sample.labels["name"]: max(0.0, round(sample.value - now, 1))
        for sample in _samples(_open_until())
    }


def _samples(family: Gauge) -> list[Sample]:
    directory = _directory()
    if directory is None:
        return [sample for metric in family.collect() for sample in metric.samples]
    with leftovers.locked(directory, leftovers.SHARED):
        metrics = _merged(sorted(directory.glob("gauge_livemax_*.db")))
    return [
        sample for metric in metrics if metric.name == family._name for sample in metric.samples
    ]


def _known(name: str) -> str:
    """The name; one for all others where somebody makes up a new one for each call."""
    if name not in _names:
        if len(_names) >= _NAMES_AT_MOST:
            return OTHER
        _names.add(name)
    return name


@cache
def _retries() -> Counter:
    says = "Attempts of calls that may be tried again, by what became of them."
    return _family(Counter, "fireline_retries_total", says, ("name", "outcome"))


@cache
def _breaker_states() -> Gauge:
    says = "0 closed, 1 half-open, 2 open: the worst of all processes."
    return _family(Gauge, "fireline_breaker_state", says, ("name",), multiprocess_mode="livemax")


@cache
def _open_until() -> Gauge:
    says = "When calls may go through the breaker again, as Unix time; 0 where they do."
    return _family(
        Gauge, "fireline_breaker_open_until_seconds", says, ("name",), multiprocess_mode="livemax"
    )
