"""
Secrets out of events, a third of the work: the frames of a bug come again with each of its events.

A frame without its variables is source code, names and numbers. One that was found to hold no secret
is known by its hash, and not searched again.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.signals import setting_changed

from fireline.scrub import scrubbed

MOST_KNOWN = 10_000
"""Frames that are remembered, with some tens of bytes each; then it begins anew."""

_known: set[int] = set()

Frame = dict[str, Any]


def without_secrets(event: Any) -> Any:
    """The same event without its secrets; the given one is not changed."""
    frames = [(frame, *_named(frame)) for frame in _frames(event)]
    if not frames:
        return scrubbed(event)
    known = [name in _known for _, _, name in frames]
    clean = scrubbed(_slim(event, iter(known)))
    places = list(_frames(clean))
    if len(places) != len(frames):  # a name of the client's has made a secret of them
        return scrubbed(event)
    for found, (_, rest, name), is_known in zip(places, frames, known, strict=True):
        if is_known:
            found.update(rest)
        elif name and all(found.get(key) == value for key, value in rest.items()):
            _remember(name)
    return clean


def _frames(event: Any) -> Iterator[Frame]:
    """The frames of all exceptions, where they are what they should be."""
    for exception in _list(_dict(_dict(event).get("exception")).get("values")):
        for frame in _list(_dict(_dict(exception).get("stacktrace")).get("frames")):
            if type(frame) is dict:
                yield frame


def _slim(event: Any, known: Iterator[bool]) -> Any:
    """The event with the variables alone of those frames that are known."""
    exceptions = []
    for exception in event["exception"]["values"]:
        stack = _dict(_dict(exception).get("stacktrace"))
        if type(stack.get("frames")) is list:
            frames = [
                _variables(frame) if type(frame) is dict and next(known) else frame
                for frame in stack["frames"]
            ]
            exceptions.append({**exception, "stacktrace": {**stack, "frames": frames}})
        else:
            exceptions.append(exception)
    return {**event, "exception": {**event["exception"], "values": exceptions}}


def _named(frame: Frame) -> tuple[Frame, int]:
    """The frame without its variables, and the hash of that; 0 where it has none."""
    rest = {key: value for key, value in frame.items() if key != "vars"}
    try:
        return rest, hash(orjson.dumps(rest))
    except TypeError:  # nested too deep
        return rest, 0


def _variables(frame: Frame) -> Frame:
    return {"vars": frame["vars"]} if "vars" in frame else {}


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
