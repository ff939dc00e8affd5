"""The sockets of the tests: each fails in its own way, as services do."""

import json
import logging
import threading

from asgiref.sync import async_to_sync
from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from channels.exceptions import DenyConnection, StopConsumer
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
)

import fireline
from fireline.errors import KINDS, Failure
from fireline.sources.channels import WebSocketErrorHandler
from tests.raised import RAISED

log = logging.getLogger("crm")
gate = threading.Event()


def exception_of(name):
    """The exception of this name, of the kind of this code, or a bug."""
    if name in RAISED:
        return RAISED[name]
    if name in KINDS:
        return Failure("secret words", code=name)
    return ValueError("a bug with password=hunter2")


class Room(AsyncJsonWebsocketConsumer):
    """A room with an async JSON protocol."""

    groups = ("lobby",)

    async def connect(self):
        fireline.bind(room="blue")
        if how := self.scope["url_route"]["kwargs"].get("how"):
            raise exception_of(how)
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def receive_json(self, content):
        log.info("received %s", content.get("type"))
        match content["type"]:
            case "echo":
                await self.send_json(content)
            case "fail":
                raise exception_of(content["how"])
            case "tell":
                await self.channel_layer.group_send(
                    "room", {"type": "told", "text": content["text"]}
                )
            case "forbid":
                await self.send_json(WebSocketErrorHandler.handle_permission_denied(7, "room"))
            case "expel":
                frame = WebSocketErrorHandler.handle_auth_failure(7, "token has expired")
                if content.get("send", True):
                    await self.send_json(frame)
            case "stream":
                for _ in range(200):
                    await self.send_json("x" * 100_000)
            case "close":
                await self.close(4000)
                await self.send_json("nobody hears this")

    async def told(self, message):
        log.info("told %s", message["text"])
        if message["text"] == "break":
            raise exception_of("bug")
        await self.send_json(message)

    async def disconnect(self, code):
        log.info("cleaned up %s", code)


class SyncRoom(JsonWebsocketConsumer):
    """The same, synchronous."""

    groups = ("lobby",)

    def connect(self):
        if how := self.scope["url_route"]["kwargs"].get("how"):
            raise exception_of(how)
        async_to_sync(self.channel_layer.group_add)("room", self.channel_name)
        self.accept()

    def receive_json(self, content):
        if content["type"] == "fail":
            raise exception_of(content["how"])
        if content["type"] == "block":
            gate.wait(20)
        if content["type"] == "open":
            gate.set()
        self.send_json(content)

    def told(self, message):
        self.send_json(message)

    def disconnect(self, code):
        log.info("cleaned up %s", code)


class Raw(AsyncConsumer):
    """Channels' plain consumer, which reads its frames itself."""

    async def websocket_connect(self, message):
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, message):
        content = json.loads(message.get("text") or message["bytes"])
        if content.get("how"):
            raise exception_of(content["how"])
        await self.send({"type": "websocket.send", "text": json.dumps(content)})

    async def websocket_disconnect(self, message):
        log.info("cleaned up %s", message["code"])
        raise StopConsumer


class Denied(AsyncWebsocketConsumer):
    """Lets nobody in, and has nothing to put away."""

    async def connect(self):
        match self.scope["url_route"]["kwargs"]["how"]:
            case "deny":
                raise DenyConnection
            case "close":
                await self.close()
            case "code":
                await self.close(4123)
            case "auth":
                WebSocketErrorHandler.handle_auth_failure(None, "no token")

    async def disconnect(self, code):
        await self.room_that_was_never_set()


class Fragile(AsyncWebsocketConsumer):
    """Fails when its client leaves."""

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "block":
            await database_sync_to_async(gate.wait)(20)
        await self.send(text_data=text_data, bytes_data=bytes_data)

    async def disconnect(self, code):
        await self.channel_layer.group_add("ghosts", self.channel_name)
        raise ValueError("a bug at the end")


async def plain(scope, receive, send):
    """An ASGI application without Channels."""
    await receive()
    await send({"type": "websocket.accept"})
    message = await receive()
    raise exception_of(message.get("text"))
