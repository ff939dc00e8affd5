"""What clients are told: an id, a refusal, what to send no more; and that pages of any origin may read it."""

import math
import re
from base64 import b64decode
from collections.abc import Container
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpResponse

from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import KINDS

TELL_FOR = 3600
"""Seconds that SDKs hold back what nobody here digests."""

# Any origin, and never credentials: what may be sent is up to the key alone.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Sentry-Error, X-Sentry-Rate-Limits, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
    "Access-Control-Allow-Headers": "X-Sentry-Auth, X-Requested-With, Origin, Accept, Content-Type, "
    "Authentication, Authorization, Content-Encoding, Transfer-Encoding, sentry-trace, baggage, traceparent",
    "Access-Control-Max-Age": "3600",
}
_GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_UNPRINTABLE = re.compile(r"[^ -~]+")


_digested: list[Container[str]] = []


def tell_of(digested: Container[str]) -> None:
    """
    Tell SDKs what nobody digests, so that they save the effort: all but events and these kinds.

    It may change; the app hands it in, who knows all digesters.
    """
    _digested[:] = [digested]


def unwanted() -> str:
    """The limits of what nobody digests; empty where nobody has said what is digested."""
    if not _digested:
        return ""
    (digested,) = _digested
    return _limits(frozenset(each for each in KINDS if each != "event" and each not in digested))


_NEVER_WANTED = frozenset({"replay"})
"""Categories of kinds that nobody could digest: recordings of whole visits."""


@lru_cache(maxsize=8)
def _limits(item_types: frozenset[str]) -> str:
    categories = _NEVER_WANTED.union(KINDS[each].category for each in item_types)
    return f"{TELL_FOR}:{';'.join(sorted(categories))}:organization"


def accepted(event_id: str) -> HttpResponse:
    """200, with the id of the event."""
    return _answered(200, {"id": event_id} if event_id else {})


def pixel() -> HttpResponse:
    """A picture of one point, for who can send by loading pictures alone."""
    return _signed(HttpResponse(_GIF, content_type="image/gif"))


def refused(refusal: Refused) -> HttpResponse:
    """The status, the reason, and how long to wait."""
    response = _answered(refusal.status, {"detail": refusal.text})
    response["X-Sentry-Error"] = _UNPRINTABLE.sub(" ", refusal.text)[:200]
    if refusal.retry_after is not None:
        seconds = max(1, math.ceil(refusal.retry_after))
        response["Retry-After"] = str(seconds)
        limits = (f"{seconds}::key:{refusal.reason}", unwanted())
        response["X-Sentry-Rate-Limits"] = ", ".join(filter(None, limits))
    return response


def preflight() -> HttpResponse:
    """What a browser may send."""
    return HttpResponse(headers=_PREFLIGHT)


def _answered(status: int, content: dict[str, Any]) -> HttpResponse:
    return _signed(
        HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
    )


def _signed(response: HttpResponse) -> HttpResponse:
    for name, value in _CORS.items():
        response[name] = value
    if limits := unwanted():
        response["X-Sentry-Rate-Limits"] = limits
    # Told here already: Django need not log what is refused as its own failure.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
