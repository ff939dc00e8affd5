"""The shapes that values of an event are brought into."""

from typing import Any

from fireline.scrub import shown

Event = dict[str, Any]


def text_of(given: Any) -> str:
    """A text; of a message with its parts, the message."""
    if type(given) is str:
        return given
    if type(given) is dict:
        told = given.get("formatted") or given.get("message")
        if type(told) is str:
            return told
    return shown(given)


def list_of(given: Any) -> list[Any]:
    """A list; an empty one where it is none."""
    return given if type(given) is list else []


def plain(value: Any) -> str:
    """A text of what is no container, as JSON spells it; others are shown."""
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) in {int, float} else shown(value)
