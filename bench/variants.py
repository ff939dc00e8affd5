"""One service, set up in the ways that are compared; run by bench/instructions.py and bench/ratio.py."""

import sys
from functools import cache
from typing import Any

import django
from django.conf import settings
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


urlpatterns = [path("plain/<int:number>/", plain), path("broken/", broken)]


def set_up(variant: str, directory: str) -> None:
    """Configure Django as `bare` or with `fireline`; log lines go to files in the directory."""
    options: dict[str, Any] = {
        "ALLOWED_HOSTS": ["testserver"],
        "SECRET_KEY": "only for this bench",
        "ROOT_URLCONF": __name__,
        "INSTALLED_APPS": STOCK_APPS,
        "MIDDLEWARE": STOCK_MIDDLEWARE,
        "USE_I18N": True,
    }
    if variant == "bare":
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
            "FIRELINE": {"SERVICE": "bench", "RESPONSE_FORMAT": "problem"},
        }
    settings.configure(**options)
    django.setup()


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


@cache
def application() -> Any:
    """The WSGI application, made once."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
