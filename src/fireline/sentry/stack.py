"""
An exception as Sentry's protocol describes it: its causes, their frames, source and variables.

What the SDK makes of it in four milliseconds is here made in a fraction: where a frame stands, and
its source, is found once for each line that has failed.
"""

import linecache
import os
import re
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

from sentry_sdk.utils import (
    filename_for_module,
    get_error_message,
    get_type_module,
    get_type_name,
    set_in_app_in_frames,
)

from fireline.errors import guarded
from fireline.scope.crumbs import describing
from fireline.scrub import REDACTED, shown
from fireline.sentry.places import Places, raised_at, reported_at
from fireline.sentry.plain import Frame
from fireline.sentry.room import Room
from fireline.sentry.templates import place_in_template
from fireline.sentry.variables import variables_of

_FRAMES = 100
_FRAMES_IN_ALL = 300
_EXCEPTIONS = 30
_VARIABLES = 200_000
"""Characters of the variables of all frames."""
_CONTEXT = 5
_LINE = 200
_CHARACTERS = 10_000

_places: dict[tuple[CodeType, int], dict[str, Any]] = {}
_PLACES_AT_MOST = 4096


def exceptions_of(
    exception: BaseException, options: Mapping[str, Any], mechanism: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The exception, the last, and before it what it came from; nothing of it asks the database."""
    describing.set(True)
    rooms = (Room(_VARIABLES), Room(_FRAMES_IN_ALL))
    try:
        told = [
            _one(error, options, {**mechanism, **relation}, rooms)
            for error, relation in _tree(exception)
        ]
    finally:
        describing.set(False)
    return told[::-1]


def _tree(exception: BaseException) -> Iterator[tuple[BaseException, dict[str, Any]]]:
    """Each with its number, and that of the one whose cause or member it is."""
    waiting: list[tuple[BaseException, dict[str, Any]]] = [(exception, {})]
    seen: set[int] = set()
    number = 0
    while waiting and number < _EXCEPTIONS:
        error, relation = waiting.pop(0)
        if id(error) in seen:
            continue
        seen.add(id(error))
        members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        own = {"exception_id": number, **relation}
        yield error, own | {"is_exception_group": True} if members else own
        if error.__cause__ is not None:
            waiting.append((error.__cause__, _below(number, "__cause__")))
        elif error.__context__ is not None and not error.__suppress_context__:
            waiting.append((error.__context__, _below(number, "__context__")))
        waiting += [
            (member, _below(number, f"exceptions[{place}]")) for place, member in enumerate(members)
        ]
        number += 1


def _below(parent: int, source: str) -> dict[str, Any]:
    return {"type": "chained", "parent_id": parent, "source": source}


def _one(
    error: BaseException,
    options: Mapping[str, Any],
    mechanism: Mapping[str, Any],
    rooms: tuple[Room, Room],
) -> dict[str, Any]:
    said = guarded(get_error_message, error)
    told: dict[str, Any] = {
        "module": get_type_module(type(error)),
        "type": get_type_name(type(error)),
        "value": _without_row(
            said if said is not None and len(said) <= _CHARACTERS else shown(error, _CHARACTERS)
        ),
        "mechanism": mechanism,
    }
    frames = _frames(raised_at(error), error, options, *rooms)
    if not frames and mechanism["exception_id"] == 0:
        frames = _frames_of_callers(error, options, *rooms)
    if frames:
        told["stacktrace"] = {"frames": frames}
    return told


_row = re.compile(r"(?<=Failing row contains )\(.*\)", re.DOTALL)


def _without_row(text: str) -> str:
    """PostgreSQL says the whole row that it has refused, with the password of a user in it."""
    return _row.sub(f"({REDACTED})", text) if "Failing row contains" in text else text


def _frames_of_callers(
    error: BaseException, options: Mapping[str, Any], variables: Room, room: Room
) -> list[dict[str, Any]]:
    """Those of who reports it, where something of the service's own is among them."""
    frames = _frames(reported_at(), error, options, variables, room)
    for frame in frames:
        if not frame.get("in_app"):  # a server, a middleware: no exception came through there
            frame.pop("vars", None)
    return frames if any(frame.get("in_app") for frame in frames) else []


def _frames(
    places: Places,
    error: BaseException,
    options: Mapping[str, Any],
    variables: Room,
    frames: Room,
) -> list[dict[str, Any]]:
    at_most = min(_FRAMES, frames.left)
    if len(places) > at_most:  # the first and the last ones say most
        first = at_most // 5
        places = places[:first] + places[len(places) - at_most + first :]
    frames.left -= len(places)
    # The last one first: its variables have the first claim to the room.
    told: list[dict[str, Any]] = []
    templates: set[str] = set()
    for frame, line in reversed(places):
        if place := guarded(place_in_template, frame, error, templates):
            template = _sourced(place, place["abs_path"], {}, options)
            told.append(Frame({"in_app": True, **template}))  # where it is outside of the project
        told.append(_frame(frame, line, options, variables))
    return told[::-1]


def _frame(
    frame: FrameType, line: int, options: Mapping[str, Any], variables: Room
) -> dict[str, Any]:
    place = _places.get((frame.f_code, line))
    if place is None:
        if len(_places) >= _PLACES_AT_MOST:
            _places.clear()
        place = _places[frame.f_code, line] = _place(frame, line, options)
    if not options["include_local_variables"]:
        return Frame(place)
    module = str(frame.f_globals.get("__name__"))
    return Frame(place, vars=guarded(variables_of, frame.f_locals, variables, module) or {})


def _place(frame: FrameType, line: int, options: Mapping[str, Any]) -> dict[str, Any]:
    """What stays the same however often this line fails."""
    file, module = frame.f_code.co_filename, frame.f_globals.get("__name__")
    place: dict[str, Any] = {
        "filename": filename_for_module(module, file),
        "abs_path": os.path.abspath(file),  # noqa: PTH100 (of a text such as `<string>`, too)
        "function": frame.f_code.co_qualname.rpartition("<locals>.")[2],
        "module": module,
        "lineno": line,
    }
    return _sourced(place, file, frame.f_globals, options)


def _sourced(
    place: dict[str, Any], file: str, variables: dict[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The same place with the lines around it, and whether it is the service's own."""
    if options["include_source_context"]:
        place |= guarded(_source, file, variables, place["lineno"] - 1) or {}
    set_in_app_in_frames(
        [place], options["in_app_exclude"], options["in_app_include"], options["project_root"]
    )
    return place


def _source(file: str, variables: dict[str, Any], at: int) -> dict[str, Any]:
    lines = linecache.getlines(file, variables)  # it may ask a loader of somebody's own
    if not 0 <= at < len(lines):
        return {}
    code = [
        line.rstrip("\r\n")[:_LINE] for line in lines[max(0, at - _CONTEXT) : at + _CONTEXT + 1]
    ]
    middle = min(at, _CONTEXT)
    return {
        "pre_context": code[:middle],
        "context_line": code[middle],
        "post_context": code[middle + 1 :],
    }
