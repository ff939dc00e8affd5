"""What the fingerprint of an event is made of where nobody has said otherwise."""

from collections.abc import Iterable, Sequence

from fireline.tracker.grouping.given import mapping, text
from fireline.tracker.grouping.messages import normalised
from fireline.tracker.grouping.raised import Raised, members_of
from fireline.tracker.grouping.reading import Reading, message_of
from fireline.tracker.grouping.stacks import Choice, has_entry, line_of

MOST_MEMBERS = 16
"""Kinds of members of one group that contribute."""


def default_parts(reading: Reading) -> tuple[str, ...]:
    """Types and frames of what was raised and of its causes; messages only where there is no frame."""
    own = [_of_one(reading, number) for number in range(len(reading.raised))]
    if any(one.is_group for one in reading.raised):
        parts = _of_groups(reading.raised, own)
    else:
        parts = _once(own)
    return (*parts, *_asked_for(reading)) if parts else _of_message(reading)


_NAMED = frozenset({"route", "view", "component", "task", "custom"})
"""What a transaction is called by where somebody has written its name; an address may hold values."""


def _asked_for(reading: Reading) -> tuple[str, ...]:
    """
    The route or the task, where it has called nothing but libraries.

    A generic view that lacks its template, or a view that returns nothing, is in none of the frames.
    """
    if reading.choice is not Choice.NEAREST or not any(map(has_entry, reading.stacks)):
        return ()
    source = mapping(reading.event.get("transaction_info")).get("source")
    transaction = text(reading.event.get("transaction")) if source in _NAMED else ""
    return (f"transaction: {transaction}",) if transaction else ()


def _of_one(reading: Reading, number: int) -> tuple[str, ...]:
    one = reading.raised[number]
    parts = [f"type: {one.type}"] if one.type else []
    if not one.is_said:
        parts += _frames(reading, number)
    counts = one.is_said or not reading.has_frames
    if counts and (message := normalised(one.message)):
        parts.append(f"message: {message}")
    return tuple(parts)


def _frames(reading: Reading, number: int) -> list[str]:
    """The functions as a set: in which order functions that call each other were called is up to the data."""
    stack, reasons = reading.stacks[number], reading.reasons[number]
    names = [place.name for place, reason in zip(stack.places, reasons, strict=True) if not reason]
    if not names:
        return []
    parts = [f"frame: {name}" for name in sorted(names)]
    if line := line_of(stack, reasons, reading.choice):
        parts.append(f"line: {line}")
    return parts


def _once(own: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """
    A cause that says nothing new does not count: who tries again makes a chain of them.

    The stack of a cause begins where it was caught, so it may say less than what it has caused.
    """
    kept: list[tuple[str, ...]] = []
    for parts in own:
        if not any(set(parts) <= set(before) for before in kept):
            kept.append(parts)
    return tuple(part for parts in kept for part in parts)


def _of_groups(raised: Sequence[Raised], own: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """
    Of groups, which kinds of members they have: their order and number are chance where tasks race.

    Members are told apart by all that they are; causes follow what they have caused.
    """
    parts_of = {id(one): parts for one, parts in zip(raised, own, strict=True)}
    told: set[int] = set()

    def walk(one: Raised, depth: int) -> tuple[str, ...]:
        if id(one) in told or depth > 20:
            return ()
        told.add(id(one))
        parts = list(parts_of[id(one)])
        members = {" > ".join(walk(member, depth + 1)) for member in members_of(one, raised)}
        parts += [f"member: {member}" for member in sorted(members - {""})[:MOST_MEMBERS]]
        if one.number is not None:
            for cause in raised:
                if cause.parent == one.number and not cause.is_member:
                    parts += walk(cause, depth + 1)
        return tuple(parts)

    return _once([walk(one, 0) for one in raised])


def _of_message(reading: Reading) -> tuple[str, ...]:
    event = reading.event
    if not reading.raised and reading.stacks and (frames := _frames(reading, 0)):
        return tuple(frames)
    parts = []
    if message := normalised(message_of(event, is_template=True)):
        parts.append(f"message: {message}")
    if logger := normalised(text(event.get("logger"))):
        parts.append(f"logger: {logger}")
    if not parts and (transaction := text(event.get("transaction"))):
        parts.append(f"transaction: {transaction}")
    return tuple(parts) or ("nothing to tell it by",)
