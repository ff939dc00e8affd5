"""Fireline's tracker: settings, routes and the WSGI application in one file."""

import os
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
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


@cache
def made() -> WSGIHandler:
    """Not before the first request: these settings have been read by then."""
    return get_wsgi_application()


def application(environ: Any, start_response: Any) -> Any:
    """What gunicorn serves."""
    return made()(environ, start_response)
