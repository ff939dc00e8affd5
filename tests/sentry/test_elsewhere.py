"""Failures outside of HTTP: sockets, tasks, commands, threads; their events know where they are from."""

import asyncio
from threading import Thread

import pytest
import sentry_sdk
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.core.management import BaseCommand, call_command
from django.urls import path

import fireline
from fireline.sources.channels import install, watch_sockets
from tests.background import deferred

install()


class Room(AsyncJsonWebsocketConsumer):
    """Says what it is told by the SDK's API, and fails."""

    async def receive_json(self, content):
        sentry_sdk.set_tag(f"only-{content['name']}", "1")
        await asyncio.sleep(0.02)
        raise ValueError(content["name"])


def talk(names):
    """What each socket says, one for each name, at the same time."""

    async def one(name):
        application = watch_sockets(URLRouter([path("ws/<room>/", Room.as_asgi())]))
        communicator = WebsocketCommunicator(application, f"ws/{name}/?token=abc")
        communicator.scope["user"] = User(pk=len(name), username=name)
        await communicator.connect()
        await communicator.send_json_to({"type": "chat", "name": name})
        said = await communicator.receive_json_from(5)
        await communicator.disconnect()
        return said

    async def everybody():
        return await asyncio.gather(*map(one, names))

    return asyncio.run(everybody())


def test_socket_is_told_with_scope_user_and_path(kept, settings):
    """Under the ids of the frame that the client has got."""
    settings.CHANNEL_LAYERS = {}
    (frame,) = talk(["ann"])

    event = kept.event
    assert event["tags"]["error_id"] == frame["error_id"]
    assert event["tags"]["correlation_id"] == frame["correlation_id"]
    assert event["transaction"] == "/ws/<room>/"
    assert event["request"]["method"] == "WEBSOCKET"
    assert event["request"]["url"].startswith("ws://")
    assert event["request"]["url"].endswith("/ws/ann/")
    assert event["user"] == {"id": "3"}
    assert "abc" not in str(event["request"])


def test_sockets_are_apart(kept, settings):
    """Eight at the same time: no tag of one is on another's event."""
    settings.CHANNEL_LAYERS = {}
    names = ["a" * number for number in range(1, 9)]

    talk(names)

    assert len(kept.events) == 8
    for event in kept.events:
        name = event["exception"]["values"][-1]["value"]
        assert event["user"] == {"id": str(len(name))}
        assert [tag for tag in event["tags"] if tag.startswith("only-")] == [f"only-{name}"]


def test_task_is_told_with_its_arguments(kept):
    """By its name, and clean."""
    deferred.work.enqueue("external")

    event = kept.event
    assert event["transaction"] == "tests.background.deferred.work"
    assert event["tags"]["task"] == "tests.background.deferred.work"
    assert event["contexts"]["report"]["arguments"]


def test_command_is_told(kept):
    """By its name."""

    class Command(BaseCommand):
        def handle(self, **options):
            raise ValueError("x")

    Command.__module__ = "shop.management.commands.send_invoices"
    with pytest.raises(ValueError, match="x"):
        call_command(Command())

    assert kept.event["transaction"] == "send_invoices"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_thread_is_told_under_the_id_of_its_request(kept):
    """Without the request's user: it may go on for long."""

    def work():
        with fireline.handle():
            raise ValueError("in a thread")

    with fireline.bind():
        sentry_sdk.set_user({"id": "ann"})
        thread = Thread(target=work)
        thread.start()
        thread.join()
        sentry_sdk.capture_message("here")

    there, here = kept.events
    assert there["tags"]["correlation_id"] == here["tags"]["correlation_id"]
    assert "user" not in there
