"""The headline of an issue: what was raised, what it says, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fireline.tracker.grouping.given import text
from fireline.tracker.grouping.places import Place
from fireline.tracker.grouping.reading import Reading, message_of, reading_of
from fireline.tracker.grouping.stacks import innermost
from fireline.tracker.texts import cut

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
    """The headline of this event's issue; whatever the event holds, nothing is raised."""
    try:
        return headline_in(reading_of(event))
    except Exception:  # what nobody has thought of stays in sight
        return Headline(type="", message="(cannot be read)", place="")


def headline_in(reading: Reading) -> Headline:
    """The headline of an event that is read already."""
    main = reading.raised[0] if reading.raised else None
    kind = main.type if main else ""
    message = (main.message if main else "") or ("" if kind else message_of(reading.event))
    if not kind and not message.strip():
        message = NO_MESSAGE
    return Headline(
        type=cut(kind, LONGEST_TYPE),
        message=cut(message.strip(), LONGEST_MESSAGE),
        place=cut(_place(reading), LONGEST_PLACE),
    )


def _place(reading: Reading) -> str:
    found = innermost_of(reading)
    if found is None:
        return text(reading.event.get("transaction"), LONGEST_PLACE)
    place, frame = found
    module, is_in, _ = place.name.rpartition(" in ")
    if is_in and reading.platform == "python":  # people want to know the class, too
        return f"{module} in {text(frame.get('function')).rpartition('<locals>.')[2]}"
    return place.name


def innermost_of(reading: Reading) -> tuple[Place, Mapping[str, Any]] | None:
    """The innermost place that counts, and its frame; of what was raised first, else of its nearest cause."""
    for stack, reasons in zip(reading.stacks, reading.reasons, strict=True):
        if (index := innermost(reasons)) is not None:
            return stack.places[index], stack.frames[index]
    return None
