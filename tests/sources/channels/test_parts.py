"""The parts that need no server: what is malformed, which types are known, what travels in a layer."""

import asyncio
import json

import pytest
from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path, re_path

from fireline.scope import Scope, enter
from fireline.sources.channels import (
    WatchedConsumer,
    WebSocketErrorHandler,
    install,
    watch_sockets,
)
from fireline.sources.channels.limits import Limits
from fireline.sources.channels.malformed import malformed
from fireline.sources.channels.message_types import type_of, types_known_to

install()


@pytest.fixture(autouse=True)
def in_memory(settings):
    """A channel layer of this process."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


class Echo(AsyncJsonWebsocketConsumer):
    TABLE = {"by_table": "on_table"}  # noqa: RUF012

    async def receive_json(self, content):
        if content["type"] == "by_text" or content["type"] in {"one", "two"}:
            return
        if content.get("how") == "bug":
            raise ValueError("a bug")
        await self.send_json(content)

    async def on_chat(self, content):
        """Not a type."""


class Watched(WatchedConsumer, Echo):
    """The same, under watch by itself."""


def talk(application, path, *messages, answers=1, headers=()):
    """What the application says to these messages."""

    async def talking():
        communicator = WebsocketCommunicator(application, path, headers=list(headers))
        await communicator.connect()
        for message in messages:
            await communicator.send_json_to(message)
        said = [await communicator.receive_output(5) for _ in range(answers)]
        await communicator.disconnect()
        return said

    return asyncio.run(talking())


@pytest.mark.parametrize(
    ("refused", "message", "is_malformed"),
    [
        pytest.param("{", {"text": "{"}, True, id="text"),
        pytest.param("{", {"bytes": b"{"}, True, id="bytes"),
        pytest.param("\ufeff", {"bytes": b"\xff\xfe"}, False, id="another-encoding"),
        pytest.param("{", {"text": "{}"}, False, id="another-text"),
        pytest.param("[" * 100_000, {"text": "[" * 100_000}, True, id="deep"),
        pytest.param("[" * 100_000, {"text": "{}"}, False, id="another-deep-one"),
        pytest.param("9" * 5000, {"text": "9" * 5000}, True, id="number"),
    ],
)
def test_only_the_frame_itself_is_malformed(refused, message, is_malformed):
    """A consumer that cannot read the answer of another service has a fault of its own."""
    with pytest.raises((ValueError, RecursionError)) as raised:
        json.loads(refused)

    assert (malformed(raised.value, message) is not None) is is_malformed


@pytest.mark.parametrize(
    ("text", "counted_as"),
    [
        ('{"type": "by_text"}', "by_text"),
        ('{"type":"two"}', "two"),
        ('{"type": "by_table", "x": 1}', "by_table"),
        ('{"type": "on_chat"}', "on_chat"),
        ('{"type": "from_settings"}', "from_settings"),
        ('{"type": "invented"}', "other"),
        ('{"type": "Not a type."}', "other"),
        ('{"type": 7}', "other"),
        ("no JSON", "other"),
        (" " * 600 + '{"type": "two"}', "other"),
        (None, "binary"),
    ],
)
def test_types_that_the_code_names_are_counted_by_name(settings, text, counted_as):
    """Clients may invent what they like."""
    settings.FIRELINE = {"WEBSOCKET_MESSAGE_TYPES": ["from_settings"]}
    types_known_to.cache_clear()

    assert type_of({"text": text, "bytes": b""}, types_known_to(Echo)) == counted_as


def test_limits_refill(settings, monkeypatch):
    """As much as is said in a second may be said in each; a dropped message is told once a second."""
    settings.FIRELINE = {"WEBSOCKET_MESSAGES_PER_SECOND": 2}
    clock = [100.0]
    monkeypatch.setattr("fireline.sources.channels.limits.monotonic", lambda: clock[0])
    limits = Limits.of_settings()

    first = [limits.refused({"text": "x"}) is None for _ in range(4)]
    due = [limits.is_due(), limits.is_due()]
    clock[0] += 0.5
    later = [limits.refused({"text": "x"}) is None for _ in range(2)]

    assert first == [True, True, False, False]
    assert due == [True, False]
    assert later == [True, False]


def test_no_limits_cost_nothing(settings):
    """Without the settings there is nothing to ask."""
    settings.FIRELINE = {}

    assert Limits.of_settings() is None


def test_layer_shows_nobody_the_id():
    """Who receives from a layer by hand gets the message as it was sent; the id is beside it."""

    async def sending():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add("room", channel)
        enter(Scope("the-sender"))
        await layer.group_send("room", {"type": "told"})
        return await layer.receive(channel)

    received = asyncio.run(sending())

    assert received == {"type": "told"}
    assert received.correlation_id == "the-sender"


def test_unwatched_sockets_stay_as_they_are(reports):
    """Fireline in INSTALLED_APPS alone changes nothing: what a consumer raises is the server's."""
    application = URLRouter([path("ws/", Echo.as_asgi())])

    with pytest.raises(ValueError, match="a bug"):
        talk(application, "/ws/", {"type": "x", "how": "bug"}, answers=0)
    assert reports == []


def test_one_consumer_can_be_watched_by_itself(reports):
    """The mixin needs no word in asgi.py, and knows the route all the same."""
    application = URLRouter([re_path(r"^ws/(?P<number>\d+)/$", Watched.as_asgi())])

    frame, close = talk(application, "/ws/7/", {"type": "x", "how": "bug"}, answers=2)

    assert json.loads(frame["text"])["code"] == "INTERNAL_ERROR"
    assert close["code"] == 1011
    assert [report.context["route"] for report in reports] == [r"^ws/(?P<number>\d+)/$"]


def test_watched_twice_is_told_once(reports):
    """A wrapper around a watched consumer, and a wrapper around that."""
    application = watch_sockets(watch_sockets(URLRouter([path("ws/", Watched.as_asgi())])))

    talk(application, "/ws/", {"type": "x", "how": "bug"}, answers=2)

    assert [report.code for report in reports] == ["INTERNAL_ERROR"]


def test_route_behind_a_router_that_found_nothing(reports):
    """Channels goes on with the next route; the label is that of the one that was right."""
    nested = [
        path("ws/", URLRouter([path("nothing/", Echo.as_asgi())])),
        path("ws/", URLRouter([path("<slug:room>/", Echo.as_asgi())])),
    ]

    talk(watch_sockets(URLRouter(nested)), "/ws/blue/", {"type": "x", "how": "bug"}, answers=2)

    assert [report.context["route"] for report in reports] == ["ws/<slug:room>/"]


def test_language_of_the_client(reports):
    """Messages are in the language of the handshake, where the service speaks it."""
    application = watch_sockets(URLRouter([path("ws/", Echo.as_asgi())]))

    frame, _ = talk(
        application,
        "/ws/",
        {"type": "x", "how": "bug"},
        answers=2,
        headers=[(b"accept-language", b"de")],
    )

    assert json.loads(frame["text"])["message"] != "Internal server error"


def test_ignored_exceptions_are_answered_and_not_reported(settings, reports):
    """IGNORE holds for sockets, too."""
    settings.FIRELINE = {"IGNORE": ["ValueError"]}

    frame, _ = talk(
        watch_sockets(URLRouter([path("ws/", Echo.as_asgi())])),
        "/ws/",
        {"type": "x", "how": "bug"},
        answers=2,
    )

    assert json.loads(frame["text"])["code"] == "INTERNAL_ERROR"
    assert reports == []


def test_auth_failure_lets_nobody_in(reports):
    """Where no socket is under watch, who forgets to return must not let anybody in either."""
    with pytest.raises(DenyConnection):
        WebSocketErrorHandler.handle_auth_failure("u1", "bad password=hunter2")

    assert [report.code for report in reports] == ["AUTHENTICATION_FAILED"]
    assert reports[0].context["user_id"] == "u1"
    assert "hunter2" not in str(reports[0].context)


@pytest.mark.parametrize(
    ("call", "code", "details"),
    [
        pytest.param(("handle_permission_denied", "u1", "/ws/", "not yours"), "PERMISSION_DENIED", {}, id="permission"),
        pytest.param(("handle_rate_limit", "u1", "/ws/", 60), "RATE_LIMITED", {"limit": 60}, id="rate"),
        pytest.param(
            ("handle_malformed_message", "u1", "chat", ValueError("no id")),
            "MALFORMED_MESSAGE", {"non_field_errors": ["no id"]}, id="malformed",
        ),
        pytest.param(
            ("handle_malformed_message", "u1", "chat", "no id"),
            "MALFORMED_MESSAGE", {"non_field_errors": ["no id"]}, id="malformed-text",
        ),
    ],
)  # fmt: skip
def test_handler_returns_the_frame(reports, call, code, details):
    """Called on the class, each reports and returns what is to be sent."""
    name, *arguments = call

    frame = getattr(WebSocketErrorHandler, name)(*arguments)

    assert json.loads(json.dumps(frame)) == {
        "type": "error",
        "code": code,
        "message": reports[0].message,
        "details": details,
        "error_id": reports[0].error_id,
        "correlation_id": reports[0].correlation_id,
    }
    assert len(reports) == 1


@pytest.mark.parametrize(
    ("code", "level"), [(1000, "INFO"), (1001, "INFO"), (1006, "WARNING"), (4401, "WARNING")]
)
def test_disconnect_is_logged(log, code, level):
    """Normal ends are INFO, others WARNING; nothing is returned."""
    returned = WebSocketErrorHandler.handle_disconnect("u1", code, "gone away")

    assert returned is None
    assert [(line["level"], line["close_code"], line["user_id"]) for line in log.access] == [
        (level, code, "u1")
    ]
