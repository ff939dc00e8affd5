"""Exceptions, threads and their stacks, in the shape that readers rely on."""

from typing import Any

from fireline.tracker.digest.shapes import Event, list_of, plain, text_of

MOST_EXCEPTIONS = 50
MOST_FRAMES = 250


def exceptions_of(given: Any) -> Event | None:
    """Also a bare list, one exception without a list, or a mere text."""
    values = given.get("values", [given]) if type(given) is dict else given
    if type(values) is str:
        values = [{"value": values}]
    kept = [_one_exception(value) for value in list_of(values) if type(value) in {dict, str}]
    # The last is what was raised, the first its deepest cause.
    return {"values": kept[-MOST_EXCEPTIONS:]} if kept else None


def _one_exception(given: Any) -> Event:
    if type(given) is str:
        return {"value": given}
    for name in ("type", "value", "module"):
        if name in given and type(given[name]) is not str and given[name] is not None:
            given[name] = plain(given[name])
    if "mechanism" in given and type(given["mechanism"]) is not dict:
        given["mechanism"] = None
    return _with_stack(given)


def threads_of(given: Any) -> Event | None:
    """Also a bare list."""
    threads = given.get("values") if type(given) is dict else given
    kept = [_with_stack(thread) for thread in list_of(threads) if type(thread) is dict]
    return {"values": kept[:MOST_EXCEPTIONS]} if kept else None


def _with_stack(given: Event) -> Event:
    for name in ("stacktrace", "raw_stacktrace"):
        if name in given:
            given[name] = stack_of(given[name])
    return given


def stack_of(given: Any) -> Event | None:
    """Also a bare list of frames; of too many, the outermost and the innermost."""
    frames = given.get("frames") if type(given) is dict else given
    kept = [_frame(frame) for frame in list_of(frames) if type(frame) is dict]
    if len(kept) > MOST_FRAMES:
        kept = kept[: MOST_FRAMES // 2] + kept[-MOST_FRAMES // 2 :]
    return {"frames": kept} if kept else None


def _frame(frame: Event) -> Event:
    for name in _TEXTS_OF_A_FRAME:
        if name in frame and type(frame[name]) is not str and frame[name] is not None:
            frame[name] = plain(frame[name])
    for name in ("lineno", "colno"):
        if name in frame and type(frame[name]) is not int:
            frame[name] = _number(frame[name])
    if "vars" in frame and type(frame["vars"]) is not dict:
        frame["vars"] = {"": frame["vars"]}
    for name in ("pre_context", "post_context"):
        if name in frame:
            lines = list_of(frame[name])
            frame[name] = lines if {*map(type, lines)} <= _TEXT else [text_of(x) for x in lines]
    return frame


_TEXT = {str}
_TEXTS_OF_A_FRAME = ("function", "module", "filename", "abs_path", "context_line", "package")


def _number(given: Any) -> int | None:
    try:
        return int(given)
    except (TypeError, ValueError, OverflowError):
        return None
