"""The families of Fireline, and how a request, a failure and an attempt are counted."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from time import monotonic
from typing import Any, TypeVar

from django.http import HttpRequest
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.utils import floatToGoString

from fireline import conf
from fireline.metrics import shared
from fireline.metrics.exemplars import sample_of

M = TypeVar("M", Counter, Gauge, Histogram)

UNMATCHED = "unmatched"
"""The label of every path that no route matches: a scanner asks for a million of them."""
OTHER = "other"

_METHODS = frozenset(
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY PROPFIND REPORT".split()
)
_EVENTS = (
    "admin_access",
    "authentication_failed",
    "csrf_failed",
    "disallowed_host",
    "login_failed",
    "missing_user_agent",
    "permission_denied",
    "rate_limited",
    "suspicious_path",
)
_SERIES_AT_MOST = 5000
_EXAMPLE_EVERY = 1.0


class _Requests:
    """The families of requests, and the series that each kind of request counts in."""

    def __init__(self) -> None:
        self.counter = _family(
            Counter, "http_requests_total", "Answered requests.", ("method", "endpoint", "status")
        )
        self.buckets = sorted(conf.current().METRICS_BUCKETS)
        self.histogram = _family(
            Histogram,
            "http_request_duration_seconds",
            "Seconds until the answer was complete.",
            ("method", "endpoint"),
            buckets=self.buckets,
        )
        self.series: dict[tuple[str | None, str | None, int], _Series] = {}
        _attempts()

    def series_of(self, method: str | None, route: str | None, status: int) -> "_Series":
        """The series of such requests; one for all others where there are too many."""
        known = self.series.get((method, route, status))
        if known is None:
            known_method = method if method in _METHODS else OTHER
            endpoint = UNMATCHED if route is None else f"/{route}"
            if len(self.series) >= _SERIES_AT_MOST:
                return _Series(self, known_method, OTHER, status)
            known = _Series(self, known_method, endpoint, status)
            if known_method != OTHER:  # a client may invent as many as it likes
                self.series[method, route, status] = known
        return known


class _Series:
    """
    Where the requests of one method, endpoint and status are counted.

    It adds to the values of counter and histogram itself: their own methods look at each call whether
    they have labels, and search the bucket that is searched here once more.
    """

    __slots__ = ("buckets", "count", "endpoint", "examples_due", "method", "requests", "sum")

    def __init__(self, requests: _Requests, method: str, endpoint: str, status: int) -> None:
        self.requests = requests
        self.method = method
        self.endpoint = endpoint
        self.count = requests.counter.labels(method, endpoint, status)._value
        histogram = requests.histogram.labels(method, endpoint)
        self.sum, self.buckets = histogram._sum, histogram._buckets
        self.examples_due = [0.0] * (len(requests.buckets) + 1)

    def add(self, seconds: float, correlation_id: str) -> None:
        """Count one; once a second it is the example of its bucket."""
        bucket = bisect_left(self.requests.buckets, seconds)
        self.count.inc(1)
        self.sum.inc(seconds)
        self.buckets[bucket].inc(1)
        now = monotonic()
        if now >= self.examples_due[bucket]:
            self.examples_due[bucket] = now + _EXAMPLE_EVERY
            bounds = [*self.requests.buckets, float("inf")]
            labels = {
                "method": self.method,
                "endpoint": self.endpoint,
                "le": floatToGoString(bounds[bucket]),
            }
            sample = sample_of(f"{self.requests.histogram._name}_bucket", labels)
            shared.note_exemplar(sample, {"correlation_id": correlation_id}, seconds)


def count_request(request: HttpRequest, status: int, seconds: float, correlation_id: str) -> None:
    """
    Count an answered request, by its route.

    Labels stay few under attack: unknown paths and unknown methods share one each.
    """
    match = request.resolver_match
    route = match.route if match is not None else None
    _requests().series_of(request.method, route, status).add(seconds, correlation_id)


def count_error(code: str, endpoint: str, ids: Mapping[str, str]) -> None:
    """Count a failure under its code; its ids are the example."""
    family = _errors()
    family.labels(code, endpoint).inc()
    sample = sample_of(f"{family._name}_total", {"code": code, "endpoint": endpoint})
    shared.note_exemplar(sample, dict(ids), 1.0)


def count_attempt(event: str) -> None:
    """Count a security event."""
    _attempts().labels(event).inc()


def note_health(check: str, status: str) -> None:
    """Keep what a check has found: 1 for healthy, 0.5 for degraded, 0 for unhealthy."""
    _health().labels(check).set({"healthy": 1.0, "degraded": 0.5}.get(status, 0.0))


def endpoint_of(request: HttpRequest | None) -> str:
    """The label of the route that this request has found; `none` outside of a request."""
    if request is None:
        return "none"
    match = request.resolver_match
    return UNMATCHED if match is None else f"/{match.route}"


@cache
def _requests() -> _Requests:
    return _Requests()


@cache
def _errors() -> Counter:
    return _family(
        Counter, "error_count", "Failures, by the code of the answer.", ("code", "endpoint")
    )


@cache
def _attempts() -> Counter:
    family = _family(Counter, "security_events_total", "Events of the security log.", ("event",))
    for (
        event
    ) in _EVENTS:  # from 0: Prometheus sees no increase of a series that begins with a burst
        family.labels(event)
    return family


@cache
def _health() -> Gauge:
    return _family(
        Gauge,
        "fireline_health_status",
        "What a check has found: 1 healthy, 0.5 degraded, 0 unhealthy.",
        ("check",),
        multiprocess_mode="livemostrecent",
    )


def _family(kind: type[M], name: str, says: str, labels: tuple[str, ...], **more: Any) -> M:
    """The family, under `fireline_<name>` where the project has one of this name already."""
    try:
        return kind(name, says, labels, registry=REGISTRY, **more)
    except ValueError:
        return kind(f"fireline_{name}", says, labels, registry=REGISTRY, **more)
