"""Where an exception stands: frames, the innermost last, each with the line that runs in it."""

import sys
from types import FrameType

Places = list[tuple[FrameType, int]]

_CALLERS = 20


def raised_at(error: BaseException) -> Places:
    """Where it was raised, and what it went through until somebody caught it."""
    places: Places = []
    traceback = error.__traceback__
    while traceback is not None:
        # Python knows no line for some of its own instructions.
        places.append((traceback.tb_frame, traceback.tb_lineno or 0))
        traceback = traceback.tb_next
    return places


def reported_at() -> Places:
    """Who has called Fireline: all that is known of an exception that was made and never raised."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    places: Places = []
    while frame is not None and len(places) < _CALLERS:
        places.append((frame, frame.f_lineno or 0))
        frame = frame.f_back
    return places[::-1]


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__")
    return isinstance(module, str) and module.partition(".")[0] == "fireline"
