"""The exceptions of an event: what was raised, its causes, and the members of groups."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fireline.tracker.grouping.given import mapping, text, values_of
from fireline.tracker.grouping.messages import LONGEST as LONGEST_MESSAGE
from fireline.tracker.grouping.stacks import Stack, stack_of

MOST = 100
"""Exceptions of one event that are read: those nearest to what was raised."""

_OVERFLOWS = frozenset(
    {"RecursionError", "StackOverflowError", "SystemStackError", "StackOverflowException"}
)
_OVERFLOW = re.compile(r"^(?:Maximum call stack size exceeded|too much recursion)")
_SAID = frozenset({"javascript", "node"})
_MINIFIED = re.compile(r"^[a-z_$][\w$]?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One exception of an event."""

    type: str
    """Empty where it says nothing: for a message's sake, or made by a minifier."""
    message: str
    stack: Stack
    is_said: bool = False
    """A text that somebody has sent or thrown: its stack is that of who noticed, so the text counts."""
    number: int | None = None
    parent: int | None = None
    is_group: bool = False
    is_member: bool = False


def raised_in(event: Mapping[str, Any], platform: str) -> list[Raised]:
    """What was raised first, then its causes; clients send them the other way round."""
    values = [value for value in values_of(event.get("exception")) if isinstance(value, dict)]
    return [_raised(value, platform) for value in reversed(values[-MOST:])]


def _raised(value: Mapping[str, Any], platform: str) -> Raised:
    mechanism = mapping(value.get("mechanism"))
    name, message = text(value.get("type"), 200), text(value.get("value"), LONGEST_MESSAGE)
    is_overflow = name in _OVERFLOWS or _OVERFLOW.match(message) is not None
    is_synthetic = mechanism.get("synthetic") is True
    if is_synthetic or (platform == "javascript" and _MINIFIED.match(name)):
        name = ""
    elif is_overflow and name == "InternalError":  # Firefox
        name = "RangeError"
    return Raised(
        type=name,
        message=message,
        is_said=is_synthetic and (platform in _SAID or not value.get("type")),
        stack=stack_of(value.get("stacktrace"), platform, is_overflow=is_overflow),
        number=_number(mechanism.get("exception_id")),
        parent=_number(mechanism.get("parent_id")),
        is_group=mechanism.get("is_exception_group") is True,
        is_member=text(mechanism.get("source")).startswith("exceptions["),
    )


def _number(value: object) -> int | None:
    return value if type(value) is int else None


def other_stack(event: Mapping[str, Any], platform: str) -> Stack:
    """The stack of an event without exceptions: of the thread that crashed, or of who sent a message."""
    threads = [value for value in values_of(event.get("threads")) if isinstance(value, dict)]
    for mark in ("crashed", "current"):
        for thread in threads[:MOST]:
            if thread.get(mark) is True:
                return stack_of(thread.get("stacktrace"), platform)
    if len(threads) == 1:
        return stack_of(threads[0].get("stacktrace"), platform)
    return stack_of(event.get("stacktrace"), platform)


def members_of(group: Raised, among: Sequence[Raised]) -> list[Raised]:
    """The members of a group; empty for what is none."""
    if not group.is_group or group.number is None:
        return []
    return [one for one in among if one.is_member and one.parent == group.number]
