"""An event as the grouping reads it: what was raised, and which frames of it count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fireline.tracker.grouping.given import mapping, text
from fireline.tracker.grouping.messages import LONGEST
from fireline.tracker.grouping.raised import Raised, other_stack, raised_in
from fireline.tracker.grouping.stacks import Choice, Stack, chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of an event matters to its fingerprint."""

    event: Mapping[str, Any]
    platform: str
    raised: Sequence[Raised]
    """What was raised first, then its causes."""
    stacks: Sequence[Stack]
    """One for each of these; where there are none, that of the thread or the message."""
    choice: Choice
    reasons: Sequence[Sequence[str]]
    """For each stack why each of its frames does not count; empty for one that does."""

    has_frames: bool
    """Whether any frame counts."""


def reading_of(event: object) -> Reading:
    """The event, read."""
    event = mapping(event)
    platform = text(event.get("platform"), 32).lower()
    raised = raised_in(event, platform)
    stacks = [one.stack for one in raised]
    if not any(stack.frames for stack in stacks):
        other = other_stack(event, platform)
        if other.frames:
            stacks = [other, *stacks[1:]]
    choice, reasons = chosen(stacks)
    return Reading(
        event=event,
        platform=platform,
        raised=raised,
        stacks=stacks,
        choice=choice,
        reasons=reasons,
        has_frames=any("" in each for each in reasons),
    )


def message_of(event: Mapping[str, Any], *, is_template: bool = False) -> str:
    """The event's message; as a template, before values were put in, where the client sends it."""
    names = ("message", "formatted") if is_template else ("formatted", "message")
    for field in ("logentry", "message"):
        given = event.get(field)
        for found in (mapping(given).get(names[0]), mapping(given).get(names[1]), given):
            if message := text(found, LONGEST).strip():
                return message
    return ""
