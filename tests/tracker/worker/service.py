"""A service with a tracker, as settings and as application: what it digests is put there by the test."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from fireline import tracker

PLACE = Path(os.environ["PLACE"])
POSTGRESQL = os.environ.get("POSTGRESQL")
"""The port of a PostgreSQL; without one the tracker is in a file."""

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
INSTALLED_APPS = ["fireline", "fireline.tracker"]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    "fireline.middleware.ErrorHandlingMiddleware",
]
USE_TZ = True
DATABASES: dict[str, Any] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"},
    **tracker.database(PLACE),
}
if POSTGRESQL:
    DATABASES["tracker"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": POSTGRESQL,
        "OPTIONS": {"connect_timeout": 2},
    }
DATABASE_ROUTERS = ["fireline.tracker.Router"]
FIRELINE = {
    "SERVICE": "shop",
    "RUN_DIRECTORY": str(PLACE / "run"),
    "TRACKER_SPOOL": os.environ.get("SPOOL", str(PLACE / "spool")),
    "TRACKER_DIGEST": os.environ.get("DIGEST", "thread"),
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}


def home(request: HttpRequest) -> HttpResponse:
    """Something to ask for: which process has answered."""
    return HttpResponse(str(os.getpid()))


urlpatterns = [path("", home)]


@cache
def _wsgi() -> WSGIHandler:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


@cache
def _asgi() -> ASGIHandler:
    from django.core.asgi import get_asgi_application

    return get_asgi_application()


def wsgi(environ: Any, start_response: Any) -> Any:
    """What gunicorn serves."""
    return _wsgi()(environ, start_response)


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """What uvicorn serves."""
    await _asgi()(scope, receive, send)
