"""A 404 is one when the answer has that status in the end, not when Django has found no route yet."""

import pytest
from asgiref.sync import async_to_sync
from django.http import Http404, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

import fireline

pytestmark = pytest.mark.urls(__name__)

API = {"accept": "application/json", "user-agent": "tests"}


def works(request):
    return HttpResponse("works")


def missing(request):
    raise Http404("There is no row 7")


def missing_and_told(request):
    """Says by hand what it raises, and that it is worse than usual."""
    error = Http404("There is no row 7")
    fireline.report(error, severity="high")
    raise error


urlpatterns = [
    path("customers/", works),
    path("backup/", works),
    path("rows/7/", missing),
    path("told/", missing_and_told),
]


def falling_back(get_response):
    """A middleware that has something else for what is not found, as flat pages have."""

    def middleware(request):
        response = get_response(request)
        return HttpResponse("a flat page") if response.status_code == 404 else response

    return middleware


@pytest.fixture(params=["sync", "async"])
def get(request):
    """Ask a path through the sync or the async chain of middlewares."""
    if request.param == "sync":
        return Client(raise_request_exception=False).get
    return async_to_sync(AsyncClient(raise_request_exception=False).get)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("shape", [None, "flat"])
def test_redirect_to_the_slash_is_no_failure(get, settings, reports, log, shape, debug):
    """Django answers the address without its slash with a redirect, which begins as a 404."""
    settings.DEBUG = debug
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}

    response = get("/customers", headers=API)

    assert (response.status_code, response["Location"]) == (301, "/customers/")
    assert "X-Error-ID" not in response
    assert reports == log.errors == []
    assert [line["level"] for line in log.access] == ["INFO"]
    assert "code" not in log.access[0]


def test_redirect_to_an_own_route_is_no_attempt(get, log):
    """`/backup` is what scanners try, and `backup/` is a route of this project."""
    get("/backup", headers=API)

    assert log.security == []


@pytest.mark.parametrize("address", ["/nope/", "/rows/7/"])
def test_page_found_elsewhere_is_no_failure(client, settings, reports, log, address):
    """Whether no route was there, or a view has found nothing: somebody had an answer."""
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, f"{__name__}.falling_back", *others]

    response = client.get(address)

    assert response.content == b"a flat page"
    assert reports == log.errors == []
    assert log.access[0]["level"] == "INFO"


@pytest.mark.parametrize("shape", [None, "flat"])
@pytest.mark.parametrize("address", ["/nope/", "/rows/7/"])
def test_404_that_stays_is_told_once(get, settings, reports, log, shape, address):
    """With the id that the answer bears, before the access line."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}

    response = get(address, headers=API)

    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert [line["logger"] for line in log.lines()] == ["crm.errors", "crm.access"]
    assert log.access[0]["error_id"] == reports[0].error_id


def test_404_over_which_a_middleware_fails_is_one_failure(settings, reports, log):
    """As where Django cannot redirect what was posted: that is told, and nothing else was wrong."""
    settings.DEBUG = True

    response = Client(raise_request_exception=False).post("/customers", headers=API)

    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert [line["message"].split(":")[0] for line in log.errors] == ["INTERNAL_ERROR"]


def test_404_that_is_told_by_hand_does_not_wait(client, settings, reports):
    """What a service reports itself is told, whatever the answer becomes."""
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, f"{__name__}.falling_back", *others]

    client.get("/told/")

    assert [(report.code, report.severity) for report in reports] == [("NOT_FOUND", "high")]
