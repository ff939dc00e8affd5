"""An exception as plain values: its causes, their frames."""

import linecache
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from fireline.scrub import shown

_FRAMES_AT_MOST = 50
_CAUSES_AT_MOST = 8


def exceptions_of(exception: BaseException) -> list[dict[str, Any]]:
    """
    The exception and its causes, outermost first: `{"type", "message", "frames"}`.

    A frame is `{"file", "line", "function", "code"}`, the outermost first. Where there are more
    than fifty, those in the middle are left out. A text traceback would cost a millisecond.
    """
    return [
        {
            "type": _name(type(error)),
            "message": shown(error),
            "frames": _frames(error.__traceback__),
        }
        for error in _chain(exception)
    ]


def _chain(exception: BaseException) -> Iterator[BaseException]:
    error: BaseException | None = exception
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < _CAUSES_AT_MOST:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(traceback: TracebackType | None) -> list[dict[str, Any]]:
    places = []
    while traceback is not None:
        places.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    if len(places) > _FRAMES_AT_MOST:
        places = places[:10] + places[10 - _FRAMES_AT_MOST :]
    return [
        {
            "file": frame.f_code.co_filename,
            "line": line,
            "function": frame.f_code.co_qualname,
            "code": linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip(),
        }
        for frame, line in places
    ]


def _name(cls: type) -> str:
    return (
        cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    )
