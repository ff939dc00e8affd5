"""The types of messages that a service knows, and the one that a frame names."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from fireline import conf
from fireline.metrics.families import OTHER

BINARY = "binary"

_HEAD = 512
_named = re.compile(r'"type"\s*:\s*"([A-Za-z0-9_.:-]{1,64})"').search
_is_name = re.compile(r"[A-Za-z0-9_.:-]{1,64}").fullmatch
_FOREIGN = ("channels.", "fireline.", "builtins")


def type_of(message: Mapping[str, Any], known: frozenset[str]) -> str:
    """
    The type that this frame names in its first 512 characters, where the service knows it.

    Whatever a client has invented shares `other`.
    """
    text = message.get("text")
    if text is None:
        return BINARY
    if not (found := _named(text, 0, _HEAD)):
        return OTHER
    return found[1] if found[1] in known else OTHER


@lru_cache(maxsize=256)
def types_known_to(consumer: Any) -> frozenset[str]:
    """
    The types that this consumer's code names: its texts, its methods, the keys of its tables.

    Nobody lists them for us, and what clients send is no list: a hostile one would fill it. Those
    that only other modules name stand in WEBSOCKET_MESSAGE_TYPES.
    """
    own = [cls for cls in consumer.__mro__ if not f"{cls.__module__}.".startswith(_FOREIGN)]
    named = {text for cls in own for name, value in vars(cls).items() for text in _in(name, value)}
    return frozenset(filter(_is_name, named)) | frozenset(conf.current().WEBSOCKET_MESSAGE_TYPES)


def _in(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (key for key in value if isinstance(key, str))
    function = getattr(value, "__func__", value)
    function = getattr(function, "__wrapped__", function)
    if isinstance(code := getattr(function, "__code__", None), CodeType):
        yield name
        yield from _texts(code)


def _texts(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
    elif isinstance(constant, CodeType):
        for each in constant.co_consts:
            yield from _texts(each)
    elif isinstance(constant, (tuple, frozenset)):
        for each in constant:
            yield from _texts(each)
