"""A service with metrics of its own, whose processes are made and ended by the tests."""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path


def configure(directory: str, **more: Any) -> None:
    """Set Django up; figures lie in this directory."""
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        SECRET_KEY="only for tests",
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["fireline"],
        MIDDLEWARE=[
            "fireline.middleware.FirelineMiddleware",
            "fireline.middleware.ErrorHandlingMiddleware",
        ],
        FIRELINE={
            "SERVICE": "shop",
            "RUN_DIRECTORY": directory,
            "MONITORING_NETWORKS": ["127.0.0.1"],
        },
        LOGGING={"version": 1, "disable_existing_loggers": True},
        **more,
    )
    django.setup()


def works(request: HttpRequest) -> HttpResponse:
    """A page that works."""
    return HttpResponse("ok")


def breaks(request: HttpRequest) -> HttpResponse:
    """A page that does not."""
    raise ValueError("broken")


urlpatterns = [path("works/", works), path("breaks/<int:number>/", breaks)]


def ask(*paths: str, **headers: str) -> list[HttpResponse]:
    """Send a request to each of these paths."""
    from django.test import Client

    client = Client(raise_request_exception=False, headers={"User-Agent": "test"})
    return [client.get(path, headers=headers or None) for path in paths]


def scrape() -> str:
    """What Prometheus reads."""
    from fireline.metrics.render import OPENMETRICS, rendered

    return rendered(OPENMETRICS).decode().rstrip("\n")


def forked(work: Any) -> int:
    """A child of this process that does the work and ends; its number."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            sys.stdout.flush()
        except BaseException as error:
            print(f"child failed: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return pid
