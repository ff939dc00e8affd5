"""
The tracker's addresses: `path("fireline/", include("fireline.tracker.urls"))`.

An SDK whose DSN is https://<key>@<host>/fireline/<project> sends to /fireline/api/<project>/envelope/.
"""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from fireline.tracker.ingest.elsewhere import ELSEWHERE
from fireline.tracker.ingest.views import envelope, not_here, security, store

app_name = "fireline_tracker"


def _both(route: str, view: Callable[..., HttpResponseBase], **named: Any) -> list[URLPattern]:
    """With a slash at its end and without: what is sent would not survive a redirect."""
    return [path(f"{route}/", view, **named), path(route, view)]


urlpatterns = [
    *_both("api/<project>/envelope", envelope, name="envelope"),
    *_both("api/<project>/store", store, name="store"),
    *_both("api/store", store),
    *_both("api/<project>/security", security, name="security"),
    *_both("api/<project>/csp-report", security),
    *(
        pattern
        for what, routes in ELSEWHERE.items()
        for route in routes
        for pattern in _both(route, not_here(what))
    ),
]
