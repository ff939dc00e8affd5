"""
A service whose project has switched on the SDK's own integration of Django; run by test_beside_django.

That patches Django for the life of the process. It prints one line of JSON: for each request, the
answer's ids and the events.
"""

import asyncio
import json
import logging
import sys

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.transport import Transport


class Kept(Transport):
    """A transport that keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list = []

    def capture_envelope(self, envelope) -> None:
        self.envelopes.append(envelope)


kept = Kept()
how = sys.argv[1]
if how == "theirs":
    sentry_sdk.init(
        transport=kept, integrations=[DjangoIntegration()], auto_enabling_integrations=False
    )
elif how == "ours":
    import fireline.sentry

    fireline.sentry.init(transport=kept, integrations=[DjangoIntegration()])
else:
    import fireline.sentry

    fireline.sentry.init(transport=kept, tracing=True, environment="development")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

import fireline  # noqa: E402


class Failing:
    """A middleware that fails before any view."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/middleware/":
            raise ValueError("in a middleware")
        return self.get_response(request)


def view(request):
    sentry_sdk.set_tag("own", "1")
    raise ValueError("in a view")


def logged(request):
    try:
        raise ValueError("logged")
    except ValueError:
        logging.getLogger("shop").exception("it failed")
    return HttpResponse("works")


def by_hand(request):
    try:
        raise ValueError("by hand")
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        fireline.report(error)
    return HttpResponse("works")


async def coroutine(request):
    raise ValueError("in a coroutine")


urlpatterns = [
    path("view/", view),
    path("logged/", logged),
    path("by-hand/", by_hand),
    path("coroutine/", coroutine),
]

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    SECRET_KEY="only for tests",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["fireline"],
    MIDDLEWARE=[
        "fireline.middleware.FirelineMiddleware",
        f"{__name__}.Failing",
        "fireline.middleware.ErrorHandlingMiddleware",
    ],
    FIRELINE={"SERVICE": "crm", "RUN_DIRECTORY": sys.argv[2]},
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.test import AsyncClient, RequestFactory  # noqa: E402

application = get_wsgi_application()
answers = {}
for path_info in ("/middleware/", "/view/", "/logged/", "/by-hand/", "/nowhere/"):
    kept.envelopes.clear()
    headers: dict = {}
    # As a server does, for the SDK's own middleware stands before Django's.
    response = application(
        RequestFactory().get(path_info).environ,
        lambda status, found, exc_info=None, headers=headers: headers.update(found),
    )
    list(response)
    response.close()
    answers[path_info] = (headers, kept.envelopes[:])
kept.envelopes.clear()
response = asyncio.run(AsyncClient(raise_request_exception=False).get("/coroutine/"))
answers["/coroutine/"] = (dict(response.items()), kept.envelopes[:])
print(
    json.dumps(
        {
            path_info: {
                "error_id": headers.get("X-Error-ID"),
                "correlation_id": headers["X-Correlation-ID"],
                "events": [event for one in envelopes if (event := one.get_event())],
                "transactions": [
                    event for one in envelopes if (event := one.get_transaction_event())
                ],
            }
            for path_info, (headers, envelopes) in answers.items()
        }
    )
)
