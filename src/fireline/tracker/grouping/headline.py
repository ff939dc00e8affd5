"""The headline of an issue: what was raised, what it says, and where."""

from dataclasses import dataclass

from fireline.tracker.grouping.given import text, writable
from fireline.tracker.grouping.reading import Reading, message_of, reading_of
from fireline.tracker.grouping.stacks import innermost

LONGEST_TYPE = 200
LONGEST_MESSAGE = 1000
LONGEST_PLACE = 300
NO_MESSAGE = "(no message)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The texts of an issue's row: fit for its columns, of an event that is scrubbed."""

    type: str
    """Such as ZeroDivisionError; empty for a message."""
    message: str
    place: str
    """Where in the code, such as `crm.views in show`; else the transaction."""


def headline_of(event: object) -> Headline:
    """The headline of this event's issue."""
    return headline_in(reading_of(event))


def headline_in(reading: Reading) -> Headline:
    """The headline of an event that is read already."""
    main = reading.raised[0] if reading.raised else None
    kind = main.type if main else ""
    message = (main.message if main else "") or ("" if kind else message_of(reading.event))
    if not kind and not message.strip():
        message = NO_MESSAGE
    return Headline(
        type=writable(kind)[:LONGEST_TYPE],
        message=writable(message.strip())[:LONGEST_MESSAGE],
        place=writable(_place(reading))[:LONGEST_PLACE],
    )


def _place(reading: Reading) -> str:
    """The innermost place that counts; of what was raised first, else of its nearest cause."""
    for stack, reasons in zip(reading.stacks, reading.reasons, strict=True):
        if (index := innermost(reasons)) is not None:
            return stack.places[index].name
    return text(reading.event.get("transaction"), LONGEST_PLACE)
