"""Why an event has the fingerprint that it has, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fireline.tracker.grouping.fingerprint import made_of
from fireline.tracker.grouping.grouped import Grouping, grouping_of
from fireline.tracker.grouping.stacks import Stack

MOST_FRAMES = 100
"""Frames of one stack that are told of."""


def explained(event: Mapping[str, Any], rules: Sequence[str] = (), split_by: str = "") -> str:
    """
    A text of a few lines: the fingerprint, who says so, and each frame with the reason why it is left out.

    What it quotes was written by the event's client: show it as text.
    """
    try:
        return "\n".join(_lines(grouping_of(event, rules, split_by)))
    except Exception as error:  # the same events that `fingerprint_of` cannot read
        return f"This event cannot be read: {type(error).__name__}. All such events are one issue."


def _lines(grouping: Grouping) -> Iterator[str]:
    fingerprint = made_of(grouping.parts)
    yield f"Fingerprint {fingerprint.hash}, by version {fingerprint.version} of the grouping: {_why(grouping)}."
    yield ""
    yield "It is made of"
    yield from (f"    {part}" for part in grouping.parts)
    reading = grouping.reading
    if not any(stack.frames for stack in reading.stacks):
        yield ""
        yield "There is no stack, so the message counts, with a name in the place of each value."
        return
    yield ""
    yield f"Of the frames count {reading.choice.value}."
    names = [one.type or "something without a type" for one in reading.raised] or ["the message"]
    for number, (stack, reasons) in enumerate(zip(reading.stacks, reading.reasons, strict=True)):
        yield ""
        yield f"{'Cause: ' if number else ''}{names[number]}, outermost frame first"
        if number < len(reading.raised) and reading.raised[number].is_said:
            yield "    its text counts instead, for this is the stack of who has noticed it"
        yield from _frames(stack, reasons)


def _why(grouping: Grouping) -> str:
    if grouping.rule is not None:
        return f"the rule {grouping.rule.text!r} fits"
    if grouping.is_named_by_client:
        return "the client names it"
    return "nobody has named another, so it is what the event itself says"


def _frames(stack: Stack, reasons: Sequence[str]) -> Iterator[str]:
    if not stack.frames:
        yield "    no frames"
    skipped = max(0, len(reasons) - MOST_FRAMES)
    if skipped:
        yield f"    … {skipped} more"
    for place, reason in list(zip(stack.places, reasons, strict=True))[skipped:]:
        yield f"    - {place.name}: {reason}" if reason else f"    + {place.name}"
