"""Variables in fingerprints, such as `{{ default }}` and `{{ tags.tenant }}`."""

import re
from collections.abc import Callable

from fireline.tracker.grouping.fingerprint import made_of
from fireline.tracker.grouping.given import mapping, sequence, text
from fireline.tracker.grouping.headline import headline_in, innermost_of
from fireline.tracker.grouping.parts import default_parts
from fireline.tracker.grouping.reading import Reading

MOST_PARTS = 32
_VARIABLE = re.compile(r"\{\{\s*([\w.-]{1,100})\s*\}\}")


def named_parts(given: object, reading: Reading) -> tuple[str, ...]:
    """What a fingerprint that a client or a rule names is made of; empty where it names none."""
    texts = [given] if isinstance(given, str) else sequence(given)
    parts: list[str] = []
    for one in texts[:MOST_PARTS]:
        part = text(one, 1000).strip()
        variable = _VARIABLE.fullmatch(part)
        if variable and variable[1].lower() == "default":
            parts += default_parts(reading)
        elif part:
            parts.append(f"fingerprint: {filled(part, reading)}")
    return tuple(parts)


def filled(part: str, reading: Reading) -> str:
    """The text with values in the place of its variables; one that nobody knows stays as it is written."""

    def value(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name.startswith("tags."):
            return text(mapping(reading.event.get("tags")).get(match[1][5:]), 200)
        known = _VARIABLES.get(name)
        return match[0] if known is None else known(reading)

    return _VARIABLE.sub(value, part)


def unknown_variable(part: str) -> str:
    """The first variable in this text that nobody knows; empty where all are known."""
    for match in _VARIABLE.finditer(part):
        name = match[1].lower()
        if name not in _VARIABLES and not name.startswith("tags."):
            return match[0]
    return ""


def _default(reading: Reading) -> str:
    return made_of(default_parts(reading)).hash


def _type(reading: Reading) -> str:
    return headline_in(reading).type


def _message(reading: Reading) -> str:
    return headline_in(reading).message


def _module(reading: Reading) -> str:
    return _place(reading).rpartition(" in ")[0]


def _function(reading: Reading) -> str:
    return _place(reading).rpartition(" in ")[2]


def _place(reading: Reading) -> str:
    found = innermost_of(reading)
    return found[0].name if found else ""


def _field(name: str) -> Callable[[Reading], str]:
    return lambda reading: text(reading.event.get(name))


_VARIABLES: dict[str, Callable[[Reading], str]] = {
    "default": _default,
    "type": _type,
    "error.type": _type,
    "message": _message,
    "value": _message,
    "error.value": _message,
    "module": _module,
    "stack.module": _module,
    "function": _function,
    "stack.function": _function,
    **{
        name: _field(name)
        for name in (
            "transaction",
            "level",
            "logger",
            "platform",
            "release",
            "environment",
            "server_name",
        )
    },
}
