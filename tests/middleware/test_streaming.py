"""Streaming answers, through Django's handlers as servers call them."""

import asyncio
import gc

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import AsyncClient, Client, RequestFactory

from fireline import scope
from tests import urls


@pytest.fixture(autouse=True)
def no_database():
    """As Django's own test client does: these requests have no connection to close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def wsgi():
    """Ask as a WSGI server does: iterate, then close."""
    application = get_wsgi_application()

    def ask(path, **environ):
        request = RequestFactory().get(path, HTTP_HOST="testserver", **environ)
        return application(request.environ, lambda status, headers: None)

    return ask


def test_stream_is_logged_at_its_end(wsgi, log):
    """Not when its first byte leaves."""
    response = wsgi("/stream/?n=3")
    first = next(iter(response))
    before = len(log.access)
    rest = b"".join(response)
    response.close()

    assert first + rest == b"0\n1\n2\n"
    assert before == 0
    assert [(line["level"], line["status_code"]) for line in log.access] == [("INFO", 200)]


def test_client_that_leaves_is_logged_once_and_is_no_error(wsgi, log, reports):
    """A closed stream that was not read to its end: 499, INFO."""
    response = wsgi("/stream/?n=1000")
    next(iter(response))
    response.close()

    assert [(line["level"], line["status_code"], line["client_left"]) for line in log.access] == [
        ("INFO", 499, True)
    ]
    assert reports == []


def test_stream_that_breaks_is_reported(wsgi, log, reports):
    """The status is long gone; the failure is told, once, and raised on."""
    response = wsgi("/stream/?n=3&fail=1")

    with pytest.raises(ValueError, match="broken in the middle"):
        b"".join(response)
    response.close()
    assert len(reports) == 1
    assert [(line["level"], line["status_code"], line["code"]) for line in log.access] == [
        ("ERROR", 200, "INTERNAL_ERROR")
    ]
    assert log.access[0]["correlation_id"] == reports[0].correlation_id
    assert scope.current() is None


def test_file_is_logged_at_its_end(wsgi, log):
    """A file that Django sends itself."""
    response = wsgi("/file/")
    body = b"".join(response)
    response.close()

    assert b"A request" in body or body
    assert [line["status_code"] for line in log.access] == [200]


def test_file_that_the_server_sends_itself_is_logged(wsgi, log):
    """With `wsgi.file_wrapper` the server reads the file without our iterator."""

    class Wrapper:
        def __init__(self, file, size):
            self.file = file

        def __iter__(self):
            return iter(lambda: self.file.read(8192), b"")

        def close(self):
            self.file.close()

    response = wsgi("/file/", **{"wsgi.file_wrapper": Wrapper})
    assert isinstance(response, Wrapper)
    b"".join(response)
    response.close()

    assert [line["status_code"] for line in log.access] == [200]


def asgi(path, query=b""):
    """A connection as an ASGI server opens it."""
    return ApplicationCommunicator(
        get_asgi_application(),
        {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "query_string": query,
            "headers": [(b"host", b"testserver"), (b"x-correlation-id", b"asgi-1")],
            "client": ("127.0.0.1", 1234),
        },
    )


async def body_of(connection):
    """The whole answer."""
    await connection.send_input({"type": "http.request", "body": b""})
    start = await connection.receive_output(5)
    chunks = []
    more = True
    while more:
        message = await connection.receive_output(5)
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    await connection.wait(5)
    return start["status"], b"".join(chunks)


def test_async_stream_is_logged_at_its_end(log):
    """With the id of its request, though the answer is closed in another context."""
    status, body = asyncio.run(body_of(asgi("/stream-async/", b"n=3")))

    assert (status, body) == (200, b"0\n1\n2\n")
    assert [(line["status_code"], line["correlation_id"]) for line in log.access] == [
        (200, "asgi-1")
    ]


def test_async_stream_that_breaks_is_reported(log, reports):
    """Once, and the access line is an ERROR."""

    async def ask():
        connection = asgi("/stream-async/", b"n=3&fail=1")
        await connection.send_input({"type": "http.request", "body": b""})
        with pytest.raises(ValueError, match="broken in the middle"):
            await connection.wait(5)

    asyncio.run(ask())

    assert len(reports) == 1
    assert [(line["level"], line["status_code"], line["error_id"]) for line in log.access] == [
        ("ERROR", 200, reports[0].error_id)
    ]


@pytest.fixture
def left_open():
    """Django 5.2 leaves the file of the request's body open when a client leaves: found here, not later."""
    yield
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("left_open")
def test_client_that_leaves_an_async_stream_is_logged_once(log, reports):
    """Django cancels the task that streams: no error, one line."""

    async def ask():
        connection = asgi("/stream-async/", b"n=1000&wait=0.01")
        await connection.send_input({"type": "http.request", "body": b""})
        await connection.receive_output(5)
        await connection.receive_output(5)
        await connection.send_input({"type": "http.disconnect"})
        await connection.wait(5)

    asyncio.run(ask())

    assert [(line["level"], line["status_code"]) for line in log.access] == [("INFO", 499)]
    assert reports == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("left_open")
def test_client_that_leaves_before_the_answer_is_logged_once(log, reports, monkeypatch):
    """The view is cancelled: one line, no error, and the cancelling goes on."""
    monkeypatch.setattr(urls, "waiting", asyncio.Event())

    async def ask():
        connection = asgi("/waits/")
        await connection.send_input({"type": "http.request", "body": b""})
        await asyncio.wait_for(urls.waiting.wait(), 30)
        await connection.send_input({"type": "http.disconnect"})
        await connection.wait(5)

    asyncio.run(ask())

    assert [(line["level"], line["status_code"], line["client_left"]) for line in log.access] == [
        ("INFO", 499, True)
    ]
    assert reports == []


def test_view_that_waits_for_a_cancelled_task_is_a_bug(log, reports):
    """Its client is still there: an error, told once, under the id of its line."""
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(AsyncClient().get("/waits-in-vain/"))

    assert [report.code for report in reports] == ["INTERNAL_ERROR"]
    assert [
        (line["level"], line["status_code"], line["interruption"], line["error_id"])
        for line in log.access
    ] == [("ERROR", 500, "CancelledError", reports[0].error_id)]


def test_worker_that_is_stopped_leaves_a_line(log):
    """A server that stops a worker raises SystemExit in the view (gunicorn's timeout)."""
    with pytest.raises(SystemExit):
        Client().get("/stops/")

    assert [(line["level"], line["interruption"]) for line in log.access] == [
        ("ERROR", "SystemExit")
    ]
