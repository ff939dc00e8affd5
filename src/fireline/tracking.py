"""The tracker as operators see it: the check `tracker` in /health/, and its figures in /metrics/."""

from collections.abc import Iterator
from time import time
from typing import Any

from prometheus_client import REGISTRY
from prometheus_client.metrics_core import GaugeMetricFamily

from fireline import conf, health
from fireline.errors import complain
from fireline.health import Reading, Status
from fireline.metrics import tracker as figures
from fireline.timed import Timed
from fireline.tracker.digest import Digested
from fireline.tracker.spool import Depth, spool
from fireline.tracker.spool.entry import limit_of_clients
from fireline.tracker.worker import turns

LATE = 60.0
"""Seconds that an event may wait; TrackerLag of ops/ fires beyond the same."""
FULL = 0.95
"""Of TRACKER_SPOOL_MB: beyond that, events are being refused or soon will be."""

_LIMIT, _KEEP = 2.0, 1.0
_MEGABYTE = 1024 * 1024


def install() -> None:
    """Let /health/ and /metrics/ tell of the tracker of this service; once in each process."""
    health.register("tracker", ask)
    if count not in turns.HEARERS:
        turns.HEARERS.append(count)
        REGISTRY.register(Queue())


def ask() -> Reading:
    """
    Unhealthy while the spool is full, or cannot be asked.

    Degraded while events wait too long, or while there is room for the service's own alone.
    """
    depth = spool().depth()
    limit = conf.current().TRACKER_SPOOL_MB * _MEGABYTE
    lag = lag_of(depth)
    details = {
        "queue_depth": depth.entries,
        "queue_bytes": depth.bytes,
        "queue_used_percent": round(100 * depth.bytes / limit, 1),
        "lag_seconds": round(lag, 1),
    }
    if depth.bytes >= FULL * limit:
        return Reading(
            message=f"The tracker's spool is full: {depth.bytes / _MEGABYTE:,.0f} MB wait",
            status=Status.UNHEALTHY,
            details=details,
        )
    if depth.bytes >= FULL * limit_of_clients(int(limit)):
        return Reading(
            message="The tracker's spool has room for this service's own events alone: "
            f"{depth.bytes / _MEGABYTE:,.0f} MB wait",
            status=Status.DEGRADED,
            details=details,
        )
    if lag > LATE:
        return Reading(
            message=f"Events wait to be digested for {lag:,.0f} s",
            status=Status.DEGRADED,
            details=details,
        )
    return Reading(message=f"Tracker OK: {depth.entries:,} wait", details=details)


def lag_of(depth: Depth) -> float:
    """How long the oldest entry has waited, in seconds."""
    return 0.0 if depth.oldest_at is None else max(0.0, time() - depth.oldest_at)


def count(digested: Digested) -> None:
    """Count a batch."""
    figures.count_digested(figures.STORED, digested.stored)
    figures.count_digested(figures.REPEATED, digested.repeated)
    figures.count_digested(figures.HOMELESS, digested.homeless)
    figures.count_digested(figures.SET_ASIDE, digested.set_aside)


class Queue:
    """What waits, asked at each scrape; a spool that does not answer holds no scrape up."""

    def __init__(self) -> None:
        self._asked: Timed[Depth] = Timed(lambda: spool().depth())

    def describe(self) -> Iterator[Any]:
        """Nothing: the registry need not ask the spool for the names."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families; none where the spool cannot be asked."""
        found = self._asked.ask(_LIMIT, _KEEP)
        if found.value is None:
            if isinstance(found.error, Exception):
                complain("the figures of the tracker's spool", found.error)
            return
        depth = found.value
        yield from figures.queue_families(depth.entries, depth.bytes, lag_of(depth))
