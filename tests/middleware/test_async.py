"""Under ASGI Fireline is native: no adapter, no thread, no hop of its own."""

import asyncio

import asgiref.sync
import pytest
from asgiref.sync import iscoroutinefunction
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from fireline import middleware

OURS = ("fireline.middleware.FirelineMiddleware", "fireline.middleware.ErrorHandlingMiddleware")


@pytest.fixture
def hops(monkeypatch):
    """How many calls cross from the event loop into a thread."""
    calls = []
    original = asgiref.sync.SyncToAsync.__call__

    async def counted(self, *args, **kwargs):
        calls.append(self.func)
        return await original(self, *args, **kwargs)

    monkeypatch.setattr(asgiref.sync.SyncToAsync, "__call__", counted)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield calls
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(path):
    """One request through the whole ASGI handler."""

    async def connect():
        connection = ApplicationCommunicator(
            get_asgi_application(),
            {
                "type": "http",
                "http_version": "1.1",
                "method": "GET",
                "path": path,
                "query_string": b"",
                "headers": [(b"host", b"testserver"), (b"user-agent", b"tests")],
                "client": ("127.0.0.1", 1234),
            },
        )
        await connection.send_input({"type": "http.request", "body": b""})
        start = await connection.receive_output(5)
        await connection.receive_output(5)
        await connection.wait(5)
        return start["status"]

    return asyncio.run(connect())


@pytest.mark.parametrize(
    ("path", "status"),
    [("/works-async/", 200), ("/works/", 200), ("/nope/", 404), ("/broken-async/", 500)],
)
def test_fireline_adds_no_hop(hops, settings, path, status):
    """The same request crosses into a thread as often with Fireline as without."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "problem"}
    ask(path)
    hops.clear()
    with_fireline = (ask(path), len(hops))
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in OURS]
    ask(path)
    hops.clear()

    without = (ask(path), len(hops))

    assert with_fireline[0] == without[0] == status
    assert with_fireline[1] <= without[1]


@pytest.mark.parametrize("name", middleware.__all__)
def test_every_middleware_is_native_in_both_modes(name):
    """A coroutine where the rest of the chain is one, a function where it is not."""

    async def get_response(request):
        return None

    layer = getattr(middleware, name)

    assert layer.sync_capable
    assert layer.async_capable
    assert iscoroutinefunction(layer(get_response))
    assert not iscoroutinefunction(layer(lambda request: None))
