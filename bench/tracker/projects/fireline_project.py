"""Fireline's tracker: settings, routes and the WSGI application in one file."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import include, path

import fireline.tracker
from bench.tracker.projects.common import *  # noqa: F403
from bench.tracker.projects.common import DIRECTORY, SQLITE, STOCK_APPS, STOCK_MIDDLEWARE

ROOT_URLCONF = __name__
INSTALLED_APPS = [*STOCK_APPS, "fireline", "fireline.tracker"]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    *STOCK_MIDDLEWARE,
    "fireline.middleware.ErrorHandlingMiddleware",
]
DATABASES = {"default": SQLITE, **fireline.tracker.database(DIRECTORY / "tracker.sqlite3")}
DATABASE_ROUTERS = ["fireline.tracker.Router"]
FIRELINE = {
    "SERVICE": "bench",
    "RUN_DIRECTORY": str(DIRECTORY / "run"),
    "TRACKER_DIGEST": os.environ.get("BENCH_DIGEST", "thread"),
}
LOGGING = {"version": 1, "root": {"level": "ERROR"}}

urlpatterns = [path("fireline/", include("fireline.tracker.urls"))]


def application(environ: dict, start_response):  # type: ignore[type-arg, no-untyped-def]
    """Made with the first request, when these settings have been read."""
    global _made
    _made = _made or get_wsgi_application()
    return _made(environ, start_response)


_made = None
