"""The routes of the service: one that fails, and the tracker's."""

from typing import Never

from django.http import HttpRequest
from django.urls import include, path


def fail(request: HttpRequest, number: int) -> Never:
    """A failure of the service's own."""
    raise RuntimeError(f"Failure {number % 10} of the service")


urlpatterns = [
    path("fail/<int:number>/", fail),
    path("fireline/", include("fireline.tracker.urls")),
]
