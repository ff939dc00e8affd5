"""What a rule can ask: of one of an event's exceptions, of one of its frames, or of the event itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from fireline.tracker.grouping.given import mapping, text
from fireline.tracker.grouping.paths import slashed
from fireline.tracker.grouping.reading import Reading, message_of


class About(Enum):
    """What a condition is about; all conditions about one thing have to be so of one and the same."""

    EXCEPTION = auto()
    FRAME = auto()
    EVENT = auto()


_OF_EVENTS = (
    "level",
    "logger",
    "transaction",
    "platform",
    "release",
    "environment",
    "server_name",
)
NAMES: dict[str, About] = {
    "type": About.EXCEPTION,
    "message": About.EXCEPTION,
    "module": About.FRAME,
    "function": About.FRAME,
    "path": About.FRAME,
    **dict.fromkeys(_OF_EVENTS, About.EVENT),
}
TAGS = "tags."
"""Before the name of a tag."""

_MOST_TAGS = 200

Values = Mapping[str, Sequence[str]]
"""By name, what a pattern may fit."""
Facts = Mapping[About, Sequence[Values]]
"""All that rules can ask of one event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One name, and the pattern that its value has to fit."""

    name: str
    pattern: re.Pattern[str]

    def fits(self, values: Values) -> bool:
        """Whether any of the values fits."""
        return any(self.pattern.fullmatch(value) for value in values.get(self.name, ()) if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What has to be so of one exception, one frame or the event; or must not be so of any."""

    about: About
    matchers: tuple[Matcher, ...]
    is_negated: bool = False

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        found = any(
            all(matcher.fits(values) for matcher in self.matchers) for values in facts[self.about]
        )
        return found is not self.is_negated


def facts_of(reading: Reading) -> Facts:
    """What there is to ask about this event."""
    return {
        About.EXCEPTION: list(_exceptions(reading)),
        About.FRAME: list(_frames(reading)),
        About.EVENT: [_event(reading)],
    }


def _exceptions(reading: Reading) -> Iterator[Values]:
    said = message_of(reading.event)
    for one in reading.raised:
        yield {"type": (one.type,), "message": (one.message, said)}
    if not reading.raised:
        yield {"message": (said, message_of(reading.event, is_template=True))}


def _frames(reading: Reading) -> Iterator[Values]:
    found = {
        (
            text(frame.get("module")),
            text(frame.get("function")),
            text(frame.get("abs_path")),
            text(frame.get("filename")),
        )
        for stack in reading.stacks
        for frame in stack.frames
    }
    for module, function, *paths in found:
        yield {
            "module": (module,),
            "function": (function, function.rpartition(".")[2]),
            "path": [slashed(path) for path in paths],
        }


def _event(reading: Reading) -> Values:
    tags = mapping(reading.event.get("tags"))
    return {
        **{name: (text(reading.event.get(name)),) for name in _OF_EVENTS},
        **{f"{TAGS}{name}": (text(value),) for name, value in islice(tags.items(), _MOST_TAGS)},
    }
