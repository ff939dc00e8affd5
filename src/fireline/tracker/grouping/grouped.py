"""From an event to its fingerprint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fireline.tracker.grouping.conditions import facts_of
from fireline.tracker.grouping.fingerprint import Fingerprint, made_of
from fireline.tracker.grouping.given import text
from fireline.tracker.grouping.messages import normalised
from fireline.tracker.grouping.parts import default_parts
from fireline.tracker.grouping.reading import Reading, message_of, reading_of
from fireline.tracker.grouping.rules import Rule, read_all
from fireline.tracker.grouping.variables import named_parts

SPLITS = ("message", "frames", "transaction")
"""What a fingerprint can be made finer by; more than one are joined by a plus."""


def fingerprint_of(
    event: Mapping[str, Any], rules: Sequence[str] = (), split_by: str = ""
) -> Fingerprint:
    """
    What this event is grouped by: the first rule that fits, what the client names, or what it is.

    `split_by` makes it finer: one of SPLITS. Whatever the event holds, nothing is raised, and the
    same event has the same fingerprint in every process.
    """
    try:
        return made_of(grouping_of(event, rules, split_by).parts)
    except Exception:  # what nobody has thought of is an issue of its own, and stays in sight
        return made_of(("cannot be read",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What an event is grouped by, and who says so."""

    reading: Reading
    parts: tuple[str, ...]
    rule: Rule | None = None
    is_named_by_client: bool = False


def grouping_of(event: object, rules: Sequence[str], split_by: str = "") -> Grouping:
    """The first of these that says anything: a rule, the client, the event itself."""
    reading = reading_of(event)
    finer = _finer(reading, split_by)
    if (rule := _first(rules, reading)) is not None:
        parts = named_parts(rule.fingerprint, reading)
        return Grouping(reading=reading, parts=(*parts, *finer), rule=rule)
    if parts := named_parts(reading.event.get("fingerprint"), reading):
        is_named = "fingerprint: " in "".join(parts)
        return Grouping(reading=reading, parts=(*parts, *finer), is_named_by_client=is_named)
    return Grouping(reading=reading, parts=(*default_parts(reading), *finer))


def _first(rules: Sequence[str], reading: Reading) -> Rule | None:
    """The first rule that fits."""
    if not rules:
        return None
    facts = facts_of(reading)
    return next((rule for rule in read_all(tuple(rules)) if rule.fits(facts)), None)


def _finer(reading: Reading, split_by: str) -> tuple[str, ...]:
    parts: list[str] = []
    for by in split_by.split("+") if split_by else ():
        if by == "message":
            messages = [one.message for one in reading.raised] or [message_of(reading.event)]
            parts += [f"split by message: {normalised(message)}" for message in messages[:1]]
        elif by == "frames":
            parts += [
                f"split by frame: {place.name}"
                for stack in reading.stacks
                for place in stack.places
            ]
        elif by == "transaction":
            parts.append(f"split by transaction: {text(reading.event.get('transaction'))}")
    return tuple(parts)
