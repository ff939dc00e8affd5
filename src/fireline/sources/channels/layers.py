"""Channel layers: the sender's id travels with each message, and who has joined a group is known."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from asgiref.sync import markcoroutinefunction
from channels.layers import ChannelLayerManager, channel_layers

from fireline.scope import current
from fireline.sources.channels.socket import socket_here

KEY = "fireline.correlation_id"
"""Where the id stands while a message is on its way; no consumer sees it."""


class Sent(dict[str, Any]):
    """A message that came with the id of whoever sent it."""

    correlation_id: str = ""


def _signed(message: Any) -> Any:
    scope = current()
    if scope is None or not isinstance(message, Mapping) or KEY in message:
        return message
    return {**message, KEY: scope.correlation_id}


def unsigned(message: Any) -> Any:
    """The message as it was sent, the id beside it."""
    if not isinstance(message, dict) or KEY not in message:
        return message
    sent = Sent(message)
    sent.correlation_id = str(sent.pop(KEY))
    return sent


def watched(layer: Any) -> Any:
    """The layer, whose messages carry ids from now on."""
    if getattr(layer, "_is_watched_by_fireline", False):
        return layer
    layer._is_watched_by_fireline = True
    _signing(layer, "send")
    _signing(layer, "group_send")
    own_receive = layer.receive

    async def unsigned_receive(channel: str) -> Any:
        return unsigned(await own_receive(channel))

    @markcoroutinefunction
    @wraps(own_receive)
    def receive(channel: str) -> Any:
        socket = socket_here()
        if socket is not None and socket.consumer is not None and socket.consumer.owns(channel):
            return own_receive(
                channel
            )  # its dispatch takes the id: a coroutine less for each socket
        return unsigned_receive(channel)

    layer.receive = receive
    _noting(layer, "group_add", set.add)
    _noting(layer, "group_discard", set.discard)
    return layer


def _signing(layer: Any, name: str) -> None:
    own = getattr(layer, name, None)
    if own is None:  # a layer without groups
        return

    @wraps(own)
    async def send(where: str, message: Any) -> Any:
        return await own(where, _signed(message))

    setattr(layer, name, send)


def _noting(layer: Any, name: str, change: Any) -> None:
    own = getattr(layer, name, None)
    if own is None:
        return

    @wraps(own)
    async def changed(group: str, channel: str) -> Any:
        done = await own(group, channel)
        socket = socket_here()
        if socket is not None and channel == socket.channel:
            socket.groups = socket.groups or set()
            change(socket.groups, group)
        return done

    setattr(layer, name, changed)


_own_make = ChannelLayerManager.make_backend


def _make_backend(manager: ChannelLayerManager, name: str) -> Any:
    return watched(_own_make(manager, name))


def install() -> None:
    """Watch every layer that is, and that will be made."""
    ChannelLayerManager.make_backend = _make_backend
    for layer in channel_layers.backends.values():
        watched(layer)
