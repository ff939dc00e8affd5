"""foxray as an app of a Django project, without its limits: all that is sent is kept."""

from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

from bench.tracker.projects.common import *  # noqa: F403
from bench.tracker.projects.common import SQLITE, STOCK_APPS, STOCK_MIDDLEWARE

ROOT_URLCONF = __name__
INSTALLED_APPS = [*STOCK_APPS, "foxray.django"]
MIDDLEWARE = STOCK_MIDDLEWARE
DATABASES = {"default": SQLITE}
MANY = 100_000_000
FOXRAY = {
    "AUTO_INIT": False,
    "BASE_URL": "http://127.0.0.1",
    "RATE_LIMIT_PER_MINUTE": 0,
    "SAMPLE_AFTER": MANY,
    "EVENTS_PER_ISSUE": MANY,
    "MAX_DB_MB": MANY,
    "KEEP_FRAME_VARS": True,
}
LOGGING = {"version": 1, "root": {"level": "ERROR"}}

urlpatterns = [path("foxray/", include("foxray.django.urls"))]


@cache
def made() -> WSGIHandler:
    """Not before the first request: these settings have been read by then."""
    return get_wsgi_application()


def application(environ: Any, start_response: Any) -> Any:
    """What gunicorn serves."""
    return made()(environ, start_response)
