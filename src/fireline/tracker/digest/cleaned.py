"""
Secrets out of events, a third of the work: the frames of a bug come again with each of its events.

A frame without its variables is source code, names and numbers. One that was found to hold no secret
is known by its hash, and not searched again.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.signals import setting_changed

from fireline.scrub import scrubbed_json

MOST_KNOWN = 10_000
"""Frames that are remembered, with some tens of bytes each; then it begins anew."""

_known: set[int] = set()

Frame = dict[str, Any]


def without_secrets(event: Any) -> Any:
    """
    The same event without its secrets.

    It is changed in place: what has just been parsed is nobody else's.
    """
    frames = [(frame, *_named(frame)) for frame in _frames(event)]
    known = [name in _known for _, _, name in frames]
    for (frame, rest, _), is_known in zip(frames, known, strict=True):
        if is_known:
            for key in rest:
                frame.pop(key, None)
    clean = scrubbed_json(event)
    for (frame, rest, name), is_known in zip(frames, known, strict=True):
        if is_known:
            frame.update(rest)
        elif name and _named(frame)[1] == name:
            _remember(name)
    return clean


def _frames(event: Any) -> Iterator[Frame]:
    """The frames of all exceptions, where they are what they should be."""
    for exception in _list(_dict(_dict(event).get("exception")).get("values")):
        for frame in _list(_dict(_dict(exception).get("stacktrace")).get("frames")):
            if type(frame) is dict:
                yield frame


def _named(frame: Frame) -> tuple[Frame, int]:
    """The frame without its variables, and the hash of that; 0 where it has none."""
    rest = {key: value for key, value in frame.items() if key != "vars"}
    try:
        return rest, hash(orjson.dumps(rest))
    except TypeError:  # nested too deep
        return rest, 0


def _remember(name: int) -> None:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known.add(name)


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _forget(**_: Any) -> None:
    """What is a secret depends on settings."""
    _known.clear()


setting_changed.connect(_forget, dispatch_uid=__name__)
