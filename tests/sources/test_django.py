"""Django's own ways to fail, also where none of our middlewares stands around them."""

import logging
import sys
from types import ModuleType

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseForbidden
from django.test import Client

import fireline
from fireline import scope
from tests.urls import urlpatterns as plain


def failing(get_response):
    """A middleware of a project that fails as the path says."""

    def middleware(request):
        if "deny" in request.path:
            raise PermissionDenied
        if "break" in request.path:
            raise ValueError("broken")
        return get_response(request)

    return middleware


@pytest.fixture
def app_only(settings):
    """The app is installed, and no middleware of ours."""
    settings.MIDDLEWARE = [f"{__name__}.failing"]


@pytest.mark.parametrize("shape", [None, "flat"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("/deny/", "PERMISSION_DENIED", id="403"),
        pytest.param("/break/", "INTERNAL_ERROR", id="500"),
        pytest.param("/nope/", "NOT_FOUND", id="404"),
    ],
)
def test_failure_without_a_layer_leaves_nothing_behind(
    client, settings, app_only, reports, log, shape, path, code
):
    """It is told once, and the next thing that the thread does is not under its id."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}

    client.get(path, headers={"x-correlation-id": "first"})
    logging.getLogger("crm").info("something else")

    assert [(report.code, report.correlation_id) for report in reports] == [(code, "first")]
    assert scope.current() is None
    assert log.lines(logger="crm")[-1]["correlation_id"] is None


OWN = ModuleType("tests.sources.own_handlers")
OWN.urlpatterns = plain
OWN.handler400 = OWN.handler403 = OWN.handler404 = "tests.sources.test_django.own_answer"
OWN.handler500 = "tests.sources.test_django.own_500"


def own_answer(request, exception):
    return HttpResponse(f"the project's: {type(exception).__name__}", status=410)


def own_500(request):
    return HttpResponse("the project's", status=500)


@pytest.fixture
def own_handlers(settings, monkeypatch):
    """A project with error handlers of its own, and a middleware that fails."""
    monkeypatch.setitem(sys.modules, OWN.__name__, OWN)
    settings.ROOT_URLCONF = OWN.__name__
    settings.MIDDLEWARE = [
        "fireline.middleware.FirelineMiddleware",
        f"{__name__}.failing",
        "fireline.middleware.ErrorHandlingMiddleware",
    ]


FAILING = [
    pytest.param("/deny/", "PERMISSION_DENIED", "PermissionDenied", id="403-of-a-middleware"),
    pytest.param("/break/", "INTERNAL_ERROR", "", id="500-of-a-middleware"),
    pytest.param("/nope/", "NOT_FOUND", "Resolver404", id="no-route"),
    pytest.param("/fails/bad-request/", "BAD_REQUEST", "BadRequest", id="400-of-a-view"),
    pytest.param("/fails/permission/", "PERMISSION_DENIED", "PermissionDenied", id="403-of-a-view"),
    pytest.param("/broken/", "INTERNAL_ERROR", "", id="500-of-a-view"),
]


@pytest.mark.parametrize(("path", "code", "raised"), FAILING)
def test_own_handlers_answer_while_there_is_no_shape(
    client, settings, own_handlers, reports, path, code, raised
):
    """Theirs is the last word, on status and body, and they are called as Django calls them."""
    settings.FIRELINE = {"SERVICE": "crm"}

    response = client.get(path)

    assert response.content.decode() == f"the project's{raised and f': {raised}'}"
    assert response.status_code == (410 if raised else 500)
    assert [report.code for report in reports] == [code]


@pytest.mark.parametrize(("path", "code", "raised"), FAILING)
def test_shape_is_that_of_every_failure_beside_own_handlers(
    client, settings, own_handlers, reports, path, code, raised
):
    """Inside of views and outside, whatever handlers the project has."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flat"}

    response = client.get(path)

    assert response.json()["code"] == code
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]


IN_DEBUG = [
    *FAILING,
    pytest.param("/forged-host/", "BAD_REQUEST", "", id="host-that-is-not-allowed"),
]


@pytest.mark.parametrize(("path", "code", "raised"), IN_DEBUG)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_debug_is_for_browsers(client, settings, own_handlers, reports, accept, path, code, raised):
    """With DEBUG Django asks no handler: its technical pages are for people, and each failure is told once."""
    settings.DEBUG = True
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flat"}
    settings.MIDDLEWARE.insert(1, "django.middleware.common.CommonMiddleware")
    host = "evil.example" if "host" in path else "testserver"
    client.raise_request_exception = False

    response = client.get(path, headers={"accept": accept, "host": host})

    assert response["Content-Type"].partition(";")[0] == accept
    assert accept == "text/html" or response.json()["code"] == code
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert reports[0].code == code


def test_static_file_that_runserver_misses_stays_django_s(rf, settings, reports):
    """It is no request of the service's, though the command's scope goes on in the server's threads."""
    settings.DEBUG = True
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flat"}

    with fireline.bind(command="runserver"):
        response = StaticFilesHandler(None).get_response(rf.get("/static/no-such-file.css"))

    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert reports == []


@pytest.mark.usefixtures("own_handlers")
def test_django_still_checks_own_handlers(monkeypatch):
    """A handler with too few parameters is found by `manage.py check` as ever."""
    monkeypatch.setattr(OWN, "handler404", own_500)

    assert "urls.E007" in {message.id for message in run_checks(tags=["urls"])}


def own_csrf_page(request, reason=""):
    return HttpResponseForbidden(f"my page: {reason}")


@pytest.mark.parametrize("view", [own_csrf_page, f"{__name__}.own_csrf_page"])
@pytest.mark.parametrize(
    ("shape", "body"),
    [
        pytest.param(None, "my page: CSRF cookie not set.", id="no-shape"),
        pytest.param("drf", "The form has expired or came from another site", id="shape"),
    ],
)
def test_own_csrf_page_hides_no_attempt(settings, reports, log, view, shape, body):
    """A forged form is told with its reason; without RESPONSE_FORMAT the project answers it."""
    settings.CSRF_FAILURE_VIEW = view
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}
    client = Client(enforce_csrf_checks=True, headers={"user-agent": "tests"})

    response = client.post("/only-post/")

    assert response.status_code == 403
    assert body in response.content.decode()
    assert [report.code for report in reports] == ["CSRF_FAILED"]
    assert reports[0].error_id == response["X-Error-ID"]
    assert "CSRF cookie not set." in log.errors[0]["message"]
    assert [line["security_event"] for line in log.security] == ["csrf_failed"]
    assert log.lines(logger="django.security.csrf") == []


@pytest.mark.django_db
def test_session_that_was_tampered_with_is_told_by_django(client, log):
    """The answer works, so that line is all there is."""
    client.session["a"] = 1
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    Session.objects.update(session_data="tampered:xx:yy")

    response = client.get("/user/")

    assert response.status_code == 200
    assert [line["message"] for line in log.lines(logger="SuspiciousSession")] == [
        "Session data corrupted"
    ]
