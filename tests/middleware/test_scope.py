"""How far a request's scope reaches: from the first layer to the last line, and no further."""

from contextlib import suppress
from contextvars import Context

import pytest
from asgiref.sync import async_to_sync
from django.core.handlers.wsgi import WSGIHandler
from django.test import AsyncClient, Client, RequestFactory

from fireline import scope


@pytest.fixture(autouse=True)
def urlconf(settings):
    """The views of these stories."""
    settings.ROOT_URLCONF = "tests.middleware.scope_urls"


@pytest.fixture(params=["sync", "async"])
def get(request):
    """Ask a path through the sync or the async chain of middlewares."""
    if request.param == "sync":
        return Client(raise_request_exception=False).get
    return async_to_sync(AsyncClient(raise_request_exception=False).get)


@pytest.mark.parametrize("path", ["/binds/", "/binds-async/"])
def test_what_a_view_binds_is_in_the_access_line(get, log, path):
    """Whether the view is sync or async, and whatever hop lies between it and the first layer."""
    get(path)

    assert log.access[0]["order"] == 7
    assert scope.bound() == {}


def test_scope_ends_with_a_worker_that_is_stopped(log):
    """No answer, no end of the answer: the scope ends all the same."""
    with pytest.raises(SystemExit):
        Client().get("/stops/")

    assert [line["status_code"] for line in log.access] == [500]
    assert scope.current() is None


def test_response_that_a_module_keeps_is_signed_anew():
    """Each client reads its own error id, and headers do not grow."""
    client = Client(headers={"user-agent": "tests"})
    refused = [client.get("/kept/").headers["X-Error-ID"] for _ in range(3)]
    exposed = [
        client.get("/kept/?works").headers["Access-Control-Expose-Headers"] for _ in range(3)
    ]

    assert len(set(refused)) == 3
    assert set(exposed) == {"X-Correlation-ID, X-Error-ID"}


@pytest.mark.parametrize("query", ["", "fail=1"])
def test_stream_ends_in_the_scope_of_its_request(log, reports, query):
    """
    Its last lines, of access and of security, bear the request's id and what it has bound.

    Servers may read and close the answer in another context than that of the request.
    """
    request = RequestFactory().get(f"/streams/?{query}", headers={"x-correlation-id": "s-1"})
    response = WSGIHandler().get_response(request)

    with suppress(ValueError):
        Context().run(b"".join, response.streaming_content)
    for closer in response._resource_closers:
        Context().run(closer)

    assert [(line["correlation_id"], line["export"]) for line in log.access] == [("s-1", "e1")]
    assert [(line["request_id"], line["export"]) for line in log.security] == [("s-1", "e1")]
    assert {report.correlation_id for report in reports} == ({"s-1"} if query else set())
