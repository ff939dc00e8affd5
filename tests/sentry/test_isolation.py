"""What one request tells the SDK, no other sees."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sentry_sdk
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

import fireline
from fireline import scope

_meeting = Barrier(8, timeout=30)


def named(request, name):
    """Every thread is here before the first goes on."""
    sentry_sdk.set_user({"id": name})
    sentry_sdk.set_tag(f"only-{name}", name)
    sentry_sdk.add_breadcrumb(message=name)
    _meeting.wait()
    raise ValueError(name)


async def named_async(request, name):
    sentry_sdk.set_user({"id": name})
    sentry_sdk.set_tag(f"only-{name}", name)
    sentry_sdk.add_breadcrumb(message=name)
    await asyncio.sleep(0.05)
    raise ValueError(name)


def says_nothing(request):
    if "fail" in request.GET:
        raise ValueError("nothing was said")
    return HttpResponse("works")


urlpatterns = [
    path("named/<name>/", named),
    path("named-async/<name>/", named_async),
    path("nothing/", says_nothing),
]

NAMES = [f"user-{number}" for number in range(8)]


@pytest.fixture
def urls(settings):
    settings.ROOT_URLCONF = __name__


def assert_apart(events):
    """Each event bears the name of one, in all places, and no other name."""
    assert len(events) == len(NAMES)
    for event in events:
        name = event["exception"]["values"][-1]["value"]
        assert event["user"] == {"id": name}
        assert [tag for tag in event["tags"] if tag.startswith("only-")] == [f"only-{name}"]
        assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == [name]


def test_threads_are_apart(kept, urls):
    """Eight at the same moment."""

    def ask(name):
        Client(raise_request_exception=False).get(f"/named/{name}/")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, NAMES))

    assert_apart(kept.events)


def test_coroutines_are_apart(kept, urls):
    """Eight in one loop."""

    async def all_of_them():
        client = AsyncClient(raise_request_exception=False)
        await asyncio.gather(*(client.get(f"/named-async/{name}/") for name in NAMES))

    asyncio.run(all_of_them())

    assert_apart(kept.events)


def test_next_request_of_a_thread_knows_nothing(kept, client, urls, monkeypatch):
    """The same thread serves many."""
    monkeypatch.setattr(f"{__name__}._meeting", Barrier(1))
    client.get("/named/ann/")
    client.get("/nothing/?fail")

    first, second = kept.events
    assert first["user"] == {"id": "ann"}
    assert "user" not in second
    assert "only-ann" not in second["tags"]
    assert "breadcrumbs" not in second or not second["breadcrumbs"]["values"]


def test_what_was_said_outside_goes_along(kept, client, urls):
    """A tag of the worker is on the events of all its requests; what they say does not come back."""
    sentry_sdk.set_tag("worker", "7")

    client.get("/nothing/?fail")
    with fireline.bind():
        sentry_sdk.set_tag("inside", "1")
    sentry_sdk.capture_message("outside")

    inside, outside = kept.events
    assert inside["tags"]["worker"] == outside["tags"]["worker"] == "7"
    assert "inside" not in outside["tags"]


def test_scope_that_is_entered_again_knows_what_it_said(kept):
    """As a socket's is, with each message."""
    socket = scope.Scope()
    scope.enter(socket)
    sentry_sdk.set_tag("room", "7")
    scope.leave()

    scope.enter(socket)
    sentry_sdk.capture_message("again")
    scope.leave()

    assert kept.event["tags"]["room"] == "7"


def test_request_that_says_nothing_fills_no_scope(kept, client, urls, monkeypatch):
    """What costs most is not done; the request's own log lines do not ask for it either."""
    made = []
    own = sentry_sdk.Scope.__init__
    monkeypatch.setattr(
        sentry_sdk.Scope,
        "__init__",
        lambda scope, **kinds: (made.append(kinds), own(scope, **kinds))[1],
    )

    client.get("/nothing/")
    client.get("/nothing/")

    assert made == []


def test_tasks_of_a_request_share_what_is_said(kept):
    """What one of them says is on the events of the request, as with the SDK's own way."""

    async def load():
        sentry_sdk.set_user({"id": "ann"})
        sentry_sdk.set_tag("loaded", "1")

    async def view():
        scope.enter(scope.Scope())
        await asyncio.gather(load(), asyncio.to_thread(sentry_sdk.set_tag, "thread", "1"))
        sentry_sdk.capture_message("behind")

    asyncio.run(view())

    assert kept.event["user"] == {"id": "ann"}
    assert (kept.event["tags"]["loaded"], kept.event["tags"]["thread"]) == ("1", "1")


def test_what_is_set_first_stays(kept):
    """Before anybody has looked at anything else."""
    with fireline.bind():
        sentry_sdk.get_isolation_scope().fingerprint = ["own"]
        sentry_sdk.get_current_scope().level = "warning"
        sentry_sdk.capture_message("x")

    assert (kept.event["fingerprint"], kept.event["level"]) == (["own"], "warning")


def test_isolation_scope_of_the_project_is_left_again(kept):
    """The SDK's own way still works inside of ours."""
    with fireline.bind():
        sentry_sdk.set_tag("outer", "1")
        with sentry_sdk.isolation_scope():
            sentry_sdk.set_tag("inner", "1")
            sentry_sdk.capture_message("in")
        sentry_sdk.capture_message("out")

    within, behind = kept.events
    assert within["tags"]["inner"] == within["tags"]["outer"] == "1"
    assert "inner" not in behind["tags"]
