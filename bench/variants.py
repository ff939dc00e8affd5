"""One service, set up in the ways that are compared; run by bench/instructions.py and bench/cpu_ratio.py."""

import logging
import sys
from functools import lru_cache
from typing import Any

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

# What `django-admin startproject` gives.
STOCK_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
STOCK_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def plain(request: HttpRequest, number: int) -> HttpResponse:
    """A request that works."""
    return HttpResponse("ok")


def broken(request: HttpRequest) -> HttpResponse:
    """A request that fails, twenty frames deep."""
    return deeper(20)


def deeper(levels: int) -> HttpResponse:
    """Twenty frames as a service has them."""
    if levels == 0:
        raise ValueError("This service is broken")
    return deeper(levels - 1)


def busy(request: HttpRequest, number: int) -> HttpResponse:
    """A request that works, and leaves breadcrumbs: two queries, the cache, two log lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [number])
        cursor.execute("SELECT %s + 1", [number])
    cache.get(f"customer:{number}")
    logger.info("Customer %s is asked for", number)
    logger.warning("The cache is cold")
    return HttpResponse("ok")


logger = logging.getLogger("shop")
urlpatterns = [
    path("plain/<int:number>/", plain),
    path("busy/<int:number>/", busy),
    path("broken/", broken),
]


def set_up(variant: str, directory: str) -> None:
    """
    Configure Django as `bare`, with `fireline`, with Fireline and its `tracker`, or bare with `sentry`.

    Log lines go to files in the directory, and so do the tracker's events; the SDK of `sentry` has its
    own integration of Django, no tracing, and a transport that drops what it gets.
    """
    options: dict[str, Any] = {
        "ALLOWED_HOSTS": ["testserver"],
        "SECRET_KEY": "only for this bench",
        "ROOT_URLCONF": __name__,
        "INSTALLED_APPS": STOCK_APPS,
        "MIDDLEWARE": STOCK_MIDDLEWARE,
        "USE_I18N": True,
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    }
    if variant == "sentry":
        set_up_sentry()
    if variant == "tracker":
        import fireline.sentry

        fireline.sentry.init(service="bench")
    if variant in {"bare", "sentry"}:
        options["LOGGING"] = {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {
                "file": {
                    "class": "logging.FileHandler",
                    "filename": f"{directory}/bare.log",
                }
            },
            "root": {"handlers": ["file"], "level": "INFO"},
        }
    else:
        from fireline.logs import config

        options |= {
            "INSTALLED_APPS": [*STOCK_APPS, "fireline"],
            "MIDDLEWARE": [
                "fireline.middleware.FirelineMiddleware",
                *STOCK_MIDDLEWARE,
                "fireline.middleware.ErrorHandlingMiddleware",
            ],
            "LOGGING": config(service="bench", directory=directory),
            "FIRELINE": {
                "SERVICE": "bench",
                "RESPONSE_FORMAT": "problem",
                "TRACKER_SPOOL": f"{directory}/spool",
                "TRACKER_DIGEST": "off",
                "TRACK_PER_MINUTE": 1_000_000,  # every one is captured
            },
        }
        if variant == "tracker":
            options["INSTALLED_APPS"] += ["fireline.tracker"]
    settings.configure(**options)
    django.setup()


def set_up_sentry() -> None:
    """The SDK as its manual says, without tracing."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Dropping(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            envelope.serialize()

    sentry_sdk.init(transport=Dropping())


def environ(path: str) -> dict[str, Any]:
    """A WSGI request as a browser behind a server makes it."""
    from io import BytesIO

    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) bench",
        "HTTP_ACCEPT": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def requests(path: str, number: int) -> None:
    """Send so many requests through the whole WSGI handler, answers read and closed."""
    serve = application()
    for _ in range(number):
        response = serve(environ(path), lambda status, headers, exc_info=None: None)
        b"".join(response)
        response.close()


@lru_cache(maxsize=1)
def application() -> Any:
    """The WSGI application, made once."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
