"""
From whatever a client has sent to an event in the shape that all readers may rely on.

`exception`, `breadcrumbs` and `threads` are `{"values": [dict, ...]}`, a `stacktrace` is `{"frames":
[dict, ...]}`; `tags` maps texts to texts; `contexts` maps texts to dicts; `request`, `user`, `extra`,
`sdk`, `modules` and `logentry` are dicts; `fingerprint` is a list of texts; `message` and the other
plain fields are texts. Each may be missing. What did not fit is kept, shortened, in `errors`.
"""

from collections.abc import Callable
from typing import Any

from fireline.scrub import shown
from fireline.tracker.digest.shapes import Event, list_of, plain, text_of
from fireline.tracker.digest.stacks import exceptions_of, stack_of, threads_of

LEVELS = ("fatal", "error", "warning", "info", "debug")
_LEVEL_OF = {
    **{level: level for level in LEVELS},
    "critical": "fatal",
    "warn": "warning",
    "log": "info",
    "sample": "info",
    "trace": "debug",
}

MOST_BREADCRUMBS = 200
MOST_TAGS = 100
MOST_ERRORS = 50
LONGEST_KEY = 32
LONGEST_VALUE = 200


def normalised(value: Any) -> Event:
    """An event of these fields; the given one is changed where it is one."""
    event: Event = value if type(value) is dict else {"message": text_of(value)}
    errors: list[Any] = []
    for name, normalise in _FIELDS.items():
        if name in event:
            given = event[name]
            fit = None if given is None else normalise(given)
            if fit is None:
                del event[name]
            else:
                event[name] = fit
            if given and not fit:
                errors.append(_error(name, given))
    event["level"] = level_of(event.get("level"))
    if errors or "errors" in event:
        event["errors"] = [*list_of(event.get("errors")), *errors][:MOST_ERRORS]
    return event


def level_of(given: Any) -> str:
    """One of LEVELS; error where nobody knows."""
    return _LEVEL_OF.get(given.lower(), "error") if type(given) is str else "error"


def _error(name: str, given: Any) -> Event:
    return {"type": "invalid_data", "name": name, "value": shown(given)}


def _dict(given: Any) -> Event | None:
    if type(given) is dict:
        return given
    return _of_pairs(given) if type(given) is list else None


def _of_pairs(given: list[Any]) -> Event | None:
    """Headers, tags and the like also come as a list of pairs."""
    made = {}
    for pair in given:
        if type(pair) is list and len(pair) == 2 and type(pair[0]) is str:
            made[pair[0]] = pair[1]
        elif type(pair) is dict and type(pair.get("key")) is str:
            made[pair["key"]] = pair.get("value")
    return made or None


def _logentry(given: Any) -> Event | None:
    if type(given) is not dict:
        return {"message": text_of(given)}
    for name in ("message", "formatted"):
        if given.get(name) is not None:
            given[name] = text_of(given[name])
    return given


def _user(given: Any) -> Event | None:
    return given if type(given) is dict else {"id": text_of(given)}


def _request(given: Any) -> Event | None:
    if type(given) is not dict:
        return {"url": given} if type(given) is str else None
    for name in ("headers", "cookies", "env"):
        if type(given.get(name)) is list:
            given[name] = _of_pairs(given[name])
    return given


def _contexts(given: Any) -> Event | None:
    if type(given) is not dict:
        return None
    for name, context in given.items():
        if type(context) is not dict:
            given[name] = {} if context is None else {"value": context}
    return given


def _tags(given: Any) -> dict[str, str] | None:
    pairs = _dict(given)
    if pairs is None:
        return None
    tags: dict[str, str] = {}
    for key, value in pairs.items():
        if value is not None and len(tags) < MOST_TAGS:
            text = value if type(value) is str else plain(value)
            tags[key.replace("\0", "")[:LONGEST_KEY]] = text[:LONGEST_VALUE]
    return tags


def _fingerprint(given: Any) -> list[str] | None:
    parts = given if type(given) is list else [given]
    return [plain(part) if type(part) is not str else part for part in parts[:20]]


def _breadcrumbs(given: Any) -> Event | None:
    """The JavaScript SDK sends the bare list."""
    crumbs = given.get("values") if type(given) is dict else given
    kept = [crumb for crumb in list_of(crumbs) if type(crumb) is dict]
    return {"values": kept[-MOST_BREADCRUMBS:]} if kept else None


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "exception": exceptions_of,
    "stacktrace": stack_of,
    "threads": threads_of,
    "breadcrumbs": _breadcrumbs,
    "tags": _tags,
    "contexts": _contexts,
    "extra": _dict,
    "user": _user,
    "request": _request,
    "sdk": _dict,
    "modules": _dict,
    "debug_meta": _dict,
    "logentry": _logentry,
    "message": text_of,
    "fingerprint": _fingerprint,
    **dict.fromkeys(
        ("transaction", "server_name", "release", "dist", "environment", "platform", "logger"),
        text_of,
    ),
}
