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

LEVELS = ("fatal", "error", "warning", "info", "debug")
_LEVEL_OF = {
    **{level: level for level in LEVELS},
    "critical": "fatal",
    "warn": "warning",
    "log": "info",
    "sample": "info",
    "trace": "debug",
}

MOST_EXCEPTIONS = 50
MOST_FRAMES = 250
MOST_BREADCRUMBS = 200
MOST_TAGS = 100
MOST_ERRORS = 50
LONGEST_KEY = 32
LONGEST_VALUE = 200

Event = dict[str, Any]


def normalised(value: Any) -> Event:
    """An event of these fields; the given one is changed where it is one."""
    event: Event = value if type(value) is dict else {"message": _text(value)}
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
        event["errors"] = [*_list(event.get("errors")), *errors][:MOST_ERRORS]
    return event


def level_of(given: Any) -> str:
    """One of LEVELS; error where nobody knows."""
    return _LEVEL_OF.get(given.lower(), "error") if type(given) is str else "error"


def _error(name: str, given: Any) -> Event:
    return {"type": "invalid_data", "name": name, "value": shown(given)}


def _text(given: Any) -> str | None:
    if type(given) is str:
        return given
    if type(given) is dict:  # a message with its parts
        return _text(given.get("formatted") or given.get("message"))
    return shown(given)


def _list(given: Any) -> list[Any]:
    return given if type(given) is list else []


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
        return {"message": _text(given)}
    for name in ("message", "formatted"):
        if name in given and type(given[name]) is not str:
            given[name] = _text(given[name])
    return given


def _user(given: Any) -> Event | None:
    return given if type(given) is dict else {"id": _text(given)}


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
            text = value if type(value) is str else _plain(value)
            tags[key.replace("\0", "")[:LONGEST_KEY]] = text[:LONGEST_VALUE]
    return tags


def _plain(value: Any) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) in {int, float} else shown(value)


def _fingerprint(given: Any) -> list[str] | None:
    parts = given if type(given) is list else [given]
    return [_plain(part) if type(part) is not str else part for part in parts[:20]]


def _breadcrumbs(given: Any) -> Event | None:
    """The JavaScript SDK sends the bare list."""
    crumbs = given.get("values") if type(given) is dict else given
    kept = [crumb for crumb in _list(crumbs) if type(crumb) is dict]
    return {"values": kept[-MOST_BREADCRUMBS:]} if kept else None


def _exception(given: Any) -> Event | None:
    """Also a bare list, one exception without a list, or a mere text."""
    values = given.get("values", [given]) if type(given) is dict else given
    if type(values) is str:
        values = [{"value": values}]
    kept = [_one_exception(value) for value in _list(values) if type(value) in {dict, str}]
    # The last is what was raised, the first its deepest cause.
    return {"values": kept[-MOST_EXCEPTIONS:]} if kept else None


def _one_exception(given: Any) -> Event:
    if type(given) is str:
        return {"value": given}
    for name in ("type", "value", "module"):
        if name in given and type(given[name]) is not str and given[name] is not None:
            given[name] = _plain(given[name])
    if "mechanism" in given and type(given["mechanism"]) is not dict:
        given["mechanism"] = None
    return _with_stack(given)


def _threads(given: Any) -> Event | None:
    threads = given.get("values") if type(given) is dict else given
    kept = [_with_stack(thread) for thread in _list(threads) if type(thread) is dict]
    return {"values": kept[:MOST_EXCEPTIONS]} if kept else None


def _with_stack(given: Event) -> Event:
    for name in ("stacktrace", "raw_stacktrace"):
        if name in given:
            given[name] = _stacktrace(given[name])
    return given


def _stacktrace(given: Any) -> Event | None:
    frames = given.get("frames") if type(given) is dict else given
    kept = [_frame(frame) for frame in _list(frames) if type(frame) is dict]
    if len(kept) > MOST_FRAMES:
        kept = kept[: MOST_FRAMES // 2] + kept[-MOST_FRAMES // 2 :]
    return {"frames": kept} if kept else None


def _frame(frame: Event) -> Event:
    for name in _TEXTS_OF_A_FRAME:
        if name in frame and type(frame[name]) is not str and frame[name] is not None:
            frame[name] = _plain(frame[name])
    for name in ("lineno", "colno"):
        if name in frame and type(frame[name]) is not int:
            frame[name] = _number(frame[name])
    if "vars" in frame and type(frame["vars"]) is not dict:
        frame["vars"] = {"": frame["vars"]}
    for name in ("pre_context", "post_context"):
        if name in frame:
            frame[name] = [_text(line) for line in _list(frame[name])]
    return frame


_TEXTS_OF_A_FRAME = ("function", "module", "filename", "abs_path", "context_line", "package")


def _number(given: Any) -> int | None:
    try:
        return int(given)
    except (TypeError, ValueError, OverflowError):
        return None


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "exception": _exception,
    "stacktrace": _stacktrace,
    "threads": _threads,
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
    "message": _text,
    "fingerprint": _fingerprint,
    **dict.fromkeys(
        ("transaction", "server_name", "release", "dist", "environment", "platform", "logger"),
        _text,
    ),
}
