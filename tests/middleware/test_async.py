"""Under ASGI Fireline is native: no adapter, no thread, no hop of its own."""

import asyncio

import asgiref.sync
import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import get_user_model
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import AsyncClient

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


@pytest.fixture
def own_pages(settings):
    """A project whose own page for a 405 greets whoever is signed in."""
    engine, *_ = settings.TEMPLATES
    pages = {"errors/405.html": "<p>own 405, {{ user.is_authenticated }}</p>"}
    loaders = [("django.template.loaders.locmem.Loader", pages)]
    options = {**engine["OPTIONS"], "loaders": loaders}
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": options}]
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "problem"}


@pytest.mark.django_db
@pytest.mark.usefixtures("own_pages")
def test_own_page_may_ask_the_database():
    """A page that is made of an empty answer is made where that is allowed, not in the event loop."""
    client = AsyncClient()
    client.force_login(get_user_model().objects.create_user("ann"))

    response = async_to_sync(client.get)("/only-post/", headers={"accept": "text/html"})

    assert response.status_code == 405
    assert response.content == b"<p>own 405, True</p>"
    assert response["X-Error-ID"]


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
