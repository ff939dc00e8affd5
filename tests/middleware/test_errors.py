"""ErrorHandlingMiddleware: failures inside and outside of views, with RESPONSE_FORMAT."""

import sys

import django
import pytest
from django.core import mail
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.test import Client, RequestFactory

from fireline.middleware import ErrorHandlingMiddleware
from fireline.testing import captured_reports


@pytest.fixture(autouse=True)
def shape(settings):
    """The service speaks the shape `flat`."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flat"}


@pytest.fixture
def signals():
    """What `got_request_exception` was sent for."""
    heard = []

    def hear(**_):
        heard.append(sys.exc_info()[1])

    got_request_exception.connect(hear)
    yield heard
    got_request_exception.disconnect(hear)


def failing(get_response):
    """A middleware of a project that is broken."""

    def middleware(request):
        raise ValueError("a middleware is broken")

    return middleware


def refusing(get_response):
    """A middleware of a project that lets nobody in."""

    def middleware(request):
        raise PermissionDenied

    return middleware


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        pytest.param(lambda c: c.get("/nope/"), 404, "NOT_FOUND", id="no-route"),
        pytest.param(lambda c: c.get("/works/", HTTP_HOST="evil.example"), 400, "BAD_REQUEST", id="host"),
        pytest.param(
            lambda c: c.post("/body/", b"x" * 2_700_000, "text/plain"), 413, "PAYLOAD_TOO_LARGE", id="too-large"
        ),
        pytest.param(
            lambda c: c.post("/only-post/", {str(n): "x" for n in range(1001)}), 400, "BAD_REQUEST", id="too-many-fields"
        ),
        pytest.param(
            lambda c: c.post("/only-post/", b"--x\r\n", "multipart/form-data; boundary="), 400, "PARSE_ERROR", id="multipart"
        ),
        pytest.param(lambda c: c.get("/only-post/"), 405, "METHOD_NOT_ALLOWED", id="method"),
        pytest.param(lambda c: c.get("/empty/429/"), 429, "RATE_LIMITED", id="empty-answer"),
    ],
)  # fmt: skip
def test_failure_outside_of_a_view_is_answered_in_the_shape(client, log, ask, status, code):
    """The same shape, the same ids, one line: as if a view had raised it."""
    response = ask(client)

    assert response.status_code == status
    assert response.json()["code"] == code
    assert [line["error_id"] for line in log.errors] == [response["X-Error-ID"]]


def test_csrf_failure_is_answered_in_the_shape(log):
    """A forged form is a CSRF_FAILED, for the client and in the security log."""
    client = Client(enforce_csrf_checks=True, headers={"user-agent": "tests"})

    response = client.post("/only-post/", {"a": "b"})

    assert (response.status_code, response.json()["code"]) == (403, "CSRF_FAILED")
    assert [line["security_event"] for line in log.security] == ["csrf_failed"]


@pytest.mark.parametrize(
    ("middleware", "status", "code"),
    [
        pytest.param("failing", 500, "INTERNAL_ERROR", id="bug"),
        pytest.param("refusing", 403, "PERMISSION_DENIED", id="refusal"),
    ],
)
def test_failure_of_a_middleware_is_answered_in_the_shape(
    client, settings, log, middleware, status, code
):
    """Middlewares fail outside of views, too."""
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, f"{__name__}.{middleware}", *others]

    response = client.get("/works/")

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert [line["error_id"] for line in log.errors] == [response["X-Error-ID"]]


def test_answer_of_a_project_keeps_its_body(client):
    """An error that a view answers with words of its own is left alone."""
    response = client.get("/status/404/")

    assert response.content == b"made by hand"
    assert response["X-Error-ID"]


def test_empty_answer_keeps_its_headers(client):
    """Filling a body loses nothing: Allow, Retry-After, a header of the project's own."""
    response = client.get("/empty/503/")

    assert response.json() == {
        "error": "The service is temporarily unavailable",
        "code": "SERVICE_UNAVAILABLE",
    }
    assert response["X-Own"] == "kept"
    assert client.get("/only-post/")["Allow"] == "POST, OPTIONS"


def test_head_stays_without_body(client):
    """A HEAD request is answered as HTTP wants it."""
    response = client.head("/nope/")

    assert (response.status_code, response.content) == (404, b"")


def test_signal_is_sent_once_for_a_failure_of_ours(client, signals):
    """Other instruments (Sentry, OpenTelemetry) live on it; the exception is at hand."""
    client.get("/broken/")

    assert [type(error) for error in signals] == [ValueError]


@pytest.mark.parametrize("path", ["/fails/not-found/", "/fails/business/", "/nope/"])
def test_signal_is_not_sent_for_the_client_s_mistakes(client, signals, path):
    """As Django does."""
    client.get(path)

    assert signals == []


def test_test_client_raises_as_ever():
    """A test that forgets to expect a 500 still fails with the exception itself."""
    with pytest.raises(ValueError, match="hunter2"):
        Client().get("/broken/")


def test_admins_still_get_their_mail(client, settings, mailoutbox):
    """Django's mail to ADMINS goes on, with the traceback, once."""
    ann = "ann@example.org"
    settings.ADMINS = [ann] if django.VERSION >= (6, 0) else [("Ann", ann)]
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    else:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    client.get("/broken/")

    assert len(mailoutbox) == 1
    assert "ValueError at /broken/" in mailoutbox[0].body
    assert mail.outbox == mailoutbox


def test_works_without_the_first_middleware(client, settings, reports):
    """Alone it opens the scope and signs the answer itself."""
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]

    response = client.get("/broken/", headers={"x-correlation-id": "abc"})

    assert response["X-Correlation-ID"] == "abc"
    assert response["X-Error-ID"] == reports[0].error_id
    assert response.json()["code"] == "INTERNAL_ERROR"


def test_handlers_work_without_any_middleware(client, settings, reports):
    """Fireline's error handlers are in place as soon as the app is installed."""
    settings.MIDDLEWARE = []

    response = client.get("/broken/", headers={"accept": "application/json"})

    assert (response.status_code, response.json()["code"]) == (500, "INTERNAL_ERROR")
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]


def test_middleware_can_be_called_as_a_function():
    """As unit tests of middlewares do."""
    request = RequestFactory().get("/")

    response = ErrorHandlingMiddleware(lambda request: HttpResponse("works"))(request)

    assert response.content == b"works"
    assert len(response["X-Correlation-ID"]) == 36


def test_exception_without_words_is_answered(client, reports, log):
    """An exception with `__slots__` whose `__str__` and `__repr__` raise."""
    response = client.get("/fails/mute/")

    assert response.json() == {"error": "Internal server error", "code": "INTERNAL_ERROR"}
    assert "cannot be shown" in log.errors[0]["message"]
    assert len(reports) == 1


def test_disallowed_host_is_a_security_event(client, log):
    """Told by name, with the ids of the contract."""
    response = client.get("/works/", HTTP_HOST="evil.example")

    assert [line["security_event"] for line in log.security] == ["disallowed_host"]
    assert log.security[0]["request_id"] == response["X-Correlation-ID"]


def test_captured_reports_see_the_exception(client):
    """For the tests of a service."""
    with captured_reports() as reports:
        client.get("/works/", HTTP_HOST="evil.example")

    assert isinstance(reports[0].exception, DisallowedHost)
