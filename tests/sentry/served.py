"""A service with the tracker, for a server that loads it before it forks its workers."""

import os

import fireline.sentry

fireline.sentry.init(service="crm")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

import fireline  # noqa: E402


def broken(request):
    raise ValueError("broken")


def works(request):
    return HttpResponse(str(os.getpid()))


urlpatterns = [path("broken/", broken), path("works/", works)]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="only for tests",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "fireline", "fireline.tracker"],
    MIDDLEWARE=[
        "fireline.middleware.FirelineMiddleware",
        "fireline.middleware.ErrorHandlingMiddleware",
    ],
    FIRELINE={
        "SERVICE": "crm",
        "RESPONSE_FORMAT": "problem",
        "RUN_DIRECTORY": os.environ["RUN"],
        "TRACKER_SPOOL": os.environ["SPOOL"],
        "TRACKER_DIGEST": "off",
    },
    LOGGING_CONFIG=None,
)
django.setup()
fireline.report(ValueError("before the fork"))
application = get_wsgi_application()
