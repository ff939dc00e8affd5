"""Which frames of an event's stacks contribute to its fingerprint, and why the others do not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from fireline.tracker.grouping.given import LONGEST, mapping, sequence, text
from fireline.tracker.grouping.languages import place_of
from fireline.tracker.grouping.places import Place, Role

MOST_READ = 1000
"""Frames of one stack that are read, half of them from each end."""
MOST_FRAMES = 40
"""Frames of one stack that contribute; those around them are far from what went wrong."""
NEAREST = 3
"""Frames of libraries that contribute where there is nothing else: few, for libraries change inside."""
FAR_RIGHT = 300
"""Columns beyond are those of bundles."""
LONGEST_LINE = 120
"""A longer line of source was made by a machine."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The frames of one exception or thread, outermost first."""

    frames: Sequence[Mapping[str, Any]]
    places: tuple[Place, ...]
    marks: tuple[object, ...]
    """What the client says of each: True for the service's own code, False for a library's."""
    is_overflow: bool = False


class Choice(Enum):
    """Whose frames count: the first of these that finds any is taken, for all stacks of an event."""

    MARKED = "what the client marks as in_app"
    OWN = "what lies outside of libraries and is not known as one"
    NOT_KNOWN = "what is not known as a library, wherever it is installed"
    NEAREST = f"the nearest {NEAREST}, for there is no code of the service's own"


def stack_of(given: object, platform: str, *, is_overflow: bool = False) -> Stack:
    """The stack that a client has sent, of whatever shape it is."""
    frames = [frame for frame in sequence(mapping(given).get("frames")) if isinstance(frame, dict)]
    if len(frames) > MOST_READ:
        frames = frames[: MOST_READ // 2] + frames[-MOST_READ // 2 :]
    return Stack(
        frames=frames,
        places=tuple([_place(frame, platform) for frame in frames]),
        marks=tuple([frame.get("in_app") for frame in frames]),
        is_overflow=is_overflow,
    )


def _place(frame: Mapping[str, Any], platform: str) -> Place:
    get = frame.get
    module, function, column = get("module"), get("function"), get("colno")
    path, own = get("abs_path") or get("filename"), get("platform")
    # Most are texts of some length; a call for each would take as long as all the rest.
    return place_of(
        platform if own is None else text(own) or platform,
        module if type(module) is str and len(module) < LONGEST else text(module),
        path if type(path) is str and len(path) < LONGEST else text(path),
        function if type(function) is str and len(function) < LONGEST else text(function),
        type(column) is int and column > FAR_RIGHT,
    )


def chosen(stacks: Sequence[Stack]) -> tuple[Choice, list[list[str]]]:
    """Whose frames count in this event, and for each stack why each frame does not; empty for one that does."""
    marks = {mark is True for stack in stacks for mark in stack.marks}
    for choice in Choice:
        if choice is Choice.MARKED and len(marks) < 2:
            continue  # a client that marks all alike has not looked
        told = [_judged(stack, choice) for stack in stacks]
        if any("" in reasons for reasons in told):
            break
    return choice, told


def line_of(stack: Stack, reasons: Sequence[str], choice: Choice) -> str:
    """
    The source of the innermost frame that contributes, without blanks, so that a formatter changes nothing.

    It keeps two bugs of one function apart. Of a comprehension it is the line inside, which is the
    function's own from Python 3.12 on. Libraries' lines change with their releases.
    """
    index = innermost(reasons, also=NO_NAME)
    if index is None or stack.is_overflow or choice is Choice.NEAREST:
        return ""
    while index + 1 < len(reasons) and stack.places[index + 1].role is Role.INLINED:
        index += 1
    line = text(stack.frames[index].get("context_line"), LONGEST_LINE + 100).strip()
    if len(line) > LONGEST_LINE:
        return ""
    return "".join(line.split()).replace("'", '"').rstrip(",;")


def innermost(reasons: Sequence[str], also: str = "") -> int | None:
    """Where the innermost frame is that contributes, or is one more call of a function that does."""
    for index in range(len(reasons) - 1, -1, -1):
        if reasons[index] in {"", AGAIN, also}:
            return index
    return None


def _judged(stack: Stack, choice: Choice) -> list[str]:
    if choice is Choice.NEAREST:
        return _nearest(stack)
    told = _not_own(stack, choice)
    if "" in told:
        _leave_out_callers(stack.places, told)
        _leave_out_unnamed(stack.places, told)
        _leave_out_layouts(stack.places, told)
        if stack.is_overflow:
            _keep_cycles(stack.places, told)
        _count_once(stack.places, told)
    return told


LIBRARY = "of a library"
OUTSIDE = "outside of the view or task"
MIDDLEWARE = "a middleware that has passed the request on"
NO_NAME = "has no name, and its neighbours have"
AROUND = "a template around the one that counts"
NO_CYCLE = "not in the recursion that never ends"
AGAIN = "has called itself, directly or through others"
FAR = "far from what went wrong"


def _not_own(stack: Stack, choice: Choice) -> list[str]:
    if choice is Choice.MARKED:
        return [
            place.never or ("" if mark is True and not place.is_foreign else LIBRARY)
            for place, mark in zip(stack.places, stack.marks, strict=True)
        ]
    if choice is Choice.OWN:
        return [
            place.never or (LIBRARY if place.is_installed or place.is_known else "")
            for place in stack.places
        ]
    return [
        place.never or (LIBRARY if place.is_known or place.is_foreign else "")
        for place in stack.places
    ]


def _leave_out_callers(places: Sequence[Place], told: list[str]) -> None:
    """Whoever has called the view; and middlewares, for these come and go."""
    last = len(told) - 1 - told[::-1].index("")
    begins, passed = _begin(places[:last]), _passed(places)
    for index in range(last + 1):
        if not told[index]:
            if index < begins:
                told[index] = OUTSIDE
            elif index < passed:
                told[index] = MIDDLEWARE


def _passed(places: Sequence[Place]) -> int:
    """The last frame that calls the next middleware."""
    for index in range(len(places) - 1, -1, -1):
        if places[index].role is Role.PASSES_ON:
            return index
    return 0


def has_entry(stack: Stack) -> bool:
    """Whether a view or a task was called in it."""
    return any(place.role is Role.ENTRY for place in stack.places)


def _begin(places: Sequence[Place]) -> int:
    """Behind the last frame that calls the view."""
    for index in range(len(places) - 1, -1, -1):
        role = places[index].role
        if role is Role.ENTRY or role is Role.DETACHED:
            return index + 1
    return 0


def _leave_out_unnamed(places: Sequence[Place], told: list[str]) -> None:
    own = [index for index, reason in enumerate(told) if not reason]
    if any(places[index].role is not Role.UNNAMED for index in own):
        for index in own:
            if places[index].role is Role.UNNAMED:
                told[index] = NO_NAME


def _leave_out_layouts(places: Sequence[Place], told: list[str]) -> None:
    own = [index for index, reason in enumerate(told) if not reason]
    for index in [index for index in own if places[index].role is Role.TEMPLATE][:-1]:
        told[index] = AROUND


def _keep_cycles(places: Sequence[Place], told: list[str]) -> None:
    """Where a stack overflows it is chance who was called last, and how much of the way there is left."""
    calls = Counter(place.name for place, reason in zip(places, told, strict=True) if not reason)
    if max(calls.values(), default=0) > 1:
        for index, place in enumerate(places):
            if not told[index] and calls[place.name] == 1:
                told[index] = NO_CYCLE


def _count_once(places: Sequence[Place], told: list[str]) -> None:
    """
    A function counts where it was first called.

    So cycles of any length collapse, whatever their depth, and in whichever order data has led
    through functions that call each other.
    """
    seen: set[str] = set()
    for index, place in enumerate(places):
        if not told[index]:
            if place.name in seen:
                told[index] = AGAIN
            seen.add(place.name)
    if len(seen) > MOST_FRAMES:
        own = [index for index, reason in enumerate(told) if not reason]
        for index in own[:-MOST_FRAMES]:
            told[index] = FAR


def _nearest(stack: Stack) -> list[str]:
    told = [FAR] * len(stack.places)
    seen: set[str] = set()
    begins = _begin(stack.places[:-1])
    for index in range(len(told) - 1, begins - 1, -1):
        place = stack.places[index]
        if place.role is not Role.CODE:
            told[index] = place.never or LIBRARY
        elif place.name in seen:
            told[index] = AGAIN
        elif len(seen) < NEAREST:
            seen.add(place.name)
            told[index] = ""
    return told
