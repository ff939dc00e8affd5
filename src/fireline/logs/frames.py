"""An exception as plain values: its causes, their frames, the members of a group."""

import linecache
import re
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from fireline.scrub import scrubbed_texts, shown

_FRAMES_AT_MOST = 50
_CAUSES_AT_MOST = 8
_MEMBERS_AT_MOST = 10
_DEPTH_AT_MOST = 3


def exceptions_of(exception: BaseException) -> list[dict[str, Any]]:
    """
    The exception and its causes, outermost first: `{"type", "message", "frames"}`.

    A frame is `{"file", "line", "function", "code", "in_app"}`, the outermost first; `in_app` is
    False for the code of Python and of installed packages. Where there are more than fifty, those in
    the middle are left out (`frames_left_out`). Notes stand in `notes`, the members of an
    ExceptionGroup, each with causes of its own, in `members`. A text traceback would cost a
    millisecond.
    """
    try:
        return _told(exception, depth=0)
    except Exception:  # an exception may be as odd as it likes; its line is written
        return [{"type": _name(type(exception)), "message": shown(exception), "frames": []}]


def _told(exception: BaseException, depth: int) -> list[dict[str, Any]]:
    return [_one(error, depth) for error in _chain(exception)]


def _one(error: BaseException, depth: int) -> dict[str, Any]:
    places = _places(error.__traceback__)
    shortened = places
    if len(places) > _FRAMES_AT_MOST:
        shortened = places[:10] + places[10 - _FRAMES_AT_MOST :]
    told: dict[str, Any] = {
        "type": _name(type(error)),
        "message": shown(error),
        "frames": _frames(shortened),
    }
    if len(shortened) < len(places):
        told["frames_left_out"] = len(places) - len(shortened)
    if notes := getattr(error, "__notes__", None):
        told["notes"] = [shown(note) for note in notes[:_MEMBERS_AT_MOST]]
    if isinstance(error, BaseExceptionGroup) and depth < _DEPTH_AT_MOST:
        members = error.exceptions[:_MEMBERS_AT_MOST]
        told["members"] = [_told(member, depth + 1) for member in members]
    return told


def _chain(exception: BaseException) -> Iterator[BaseException]:
    error: BaseException | None = exception
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < _CAUSES_AT_MOST:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


_Place = tuple[Any, int]


def _places(traceback: TracebackType | None) -> list[_Place]:
    places = []
    while traceback is not None:
        # Python knows no line for some of its own instructions.
        places.append((traceback.tb_frame, traceback.tb_lineno or 0))
        traceback = traceback.tb_next
    return places


def _frames(places: list[_Place]) -> list[dict[str, Any]]:
    source = scrubbed_texts(
        [
            linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip()
            for frame, line in places
        ]
    )
    return [
        {
            "file": frame.f_code.co_filename,
            "line": line,
            "function": frame.f_code.co_qualname,
            "code": code,
            "in_app": _is_own(frame.f_code.co_filename),
        }
        for (frame, line), code in zip(places, source, strict=True)
    ]


@lru_cache(maxsize=4096)
def _is_own(file: str) -> bool:
    return _installed(file) is None


# Fireline's own frames are none of the service's, also where it runs from a checkout.
_installed = re.compile(
    "|".join(
        (
            r".*[/\\](?:site|dist)-packages[/\\]",
            re.escape(sysconfig.get_path("stdlib")),
            re.escape(str(Path(__file__).parents[1])),
            "<frozen ",
        )
    )
).match


def _name(cls: type) -> str:
    return (
        cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    )
