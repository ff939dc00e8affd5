"""
Groupings of a project's own, from TRACKER_FINGERPRINT_RULES: `type:ConnectionError -> backend-is-down`.

On the left what must all be so, as `name:pattern`, with `!` before it for what must not; `*`, `?` and
`[...]` in a pattern stand for other characters, and case is all the same. What is about exceptions has to be
so of one of them, what is about frames of one frame. On the right the fingerprint, commas between its
parts; `{{ default }}` is what the event would have without the rule.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from fireline.tracker.grouping.given import mapping, text
from fireline.tracker.grouping.paths import slashed
from fireline.tracker.grouping.reading import Reading, message_of
from fireline.tracker.grouping.variables import unknown_variable

_OF_EXCEPTIONS = ("type", "message")
_OF_FRAMES = ("module", "function", "path")
_OF_EVENTS = (
    "level",
    "logger",
    "transaction",
    "platform",
    "release",
    "environment",
    "server_name",
)
NAMES = (*_OF_EXCEPTIONS, *_OF_FRAMES, *_OF_EVENTS)
_OF_SENTRY = {
    "error.type": "type",
    "error.value": "message",
    "value": "message",
    "stack.module": "module",
    "stack.function": "function",
    "stack.abs_path": "path",
    "abs_path": "path",
}
"""What Sentry's own rules call them."""

EXAMPLE = '"type:ConnectionError module:shop.* -> backend-{{ type }}"'
_WAY_OUT = f"Write it such as {EXAMPLE}."
_MATCHER = re.compile(r'\s*(!?)([\w.-]+):("(?:[^"\\]|\\.)*"|[^\s"]\S*)(?=\s|$)')


class RuleError(ValueError):
    """This rule cannot be meant; its text says what is wrong, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition of a rule."""

    name: str
    pattern: re.Pattern[str]
    is_negated: bool

    def fits(self, value: str) -> bool:
        """Whether the pattern fits the value, for once without its negation."""
        return bool(value) and self.pattern.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, read."""

    text: str
    matchers: tuple[Matcher, ...]
    fingerprint: tuple[str, ...]

    def fits(self, reading: Reading) -> bool:
        """Whether this event is meant."""
        return all(
            any(_fit(matchers, values) for values in values_of(reading)) is not is_negated
            for values_of, matchers, is_negated in self._conditions()
        )

    def _conditions(
        self,
    ) -> Iterator[
        tuple[Callable[[Reading], Iterator[dict[str, Sequence[str]]]], list[Matcher], bool]
    ]:
        """What must be so of one exception, one frame, the event; each negated one is for itself."""
        for names, values_of in (
            (_OF_EXCEPTIONS, _exceptions),
            (_OF_FRAMES, _frames),
            (None, _event),
        ):
            mine = [
                matcher
                for matcher in self.matchers
                if (matcher.name in names if names else matcher.name not in NAMES[:5])
            ]
            if wanted := [matcher for matcher in mine if not matcher.is_negated]:
                yield values_of, wanted, False
            for matcher in mine:
                if matcher.is_negated:
                    yield values_of, [matcher], True


def _fit(matchers: list[Matcher], values: dict[str, Sequence[str]]) -> bool:
    return all(
        any(matcher.fits(value) for value in values.get(matcher.name, ())) for matcher in matchers
    )


def _exceptions(reading: Reading) -> Iterator[dict[str, Sequence[str]]]:
    said = message_of(reading.event)
    for one in reading.raised:
        yield {"type": (one.type,), "message": (one.message, said)}
    if not reading.raised:
        yield {"message": (said, message_of(reading.event, is_template=True))}


def _frames(reading: Reading) -> Iterator[dict[str, Sequence[str]]]:
    for stack in reading.stacks:
        for frame in stack.frames:
            function = text(frame.get("function"))
            paths = (text(frame.get("abs_path")), text(frame.get("filename")))
            yield {
                "module": (text(frame.get("module")),),
                "function": (function, function.rpartition(".")[2]),
                "path": [slashed(path) for path in paths],
            }


def _event(reading: Reading) -> Iterator[dict[str, Sequence[str]]]:
    tags = mapping(reading.event.get("tags"))
    values: dict[str, Sequence[str]] = {
        name: (text(reading.event.get(name)),) for name in _OF_EVENTS
    }
    values |= {f"tags.{name}": (text(value),) for name, value in tags.items()}
    yield values


@lru_cache(maxsize=64)
def read_all(rules: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that can be read; the others are told of at the start and by the system checks."""
    return tuple(rule for rule in map(_or_none, rules) if rule)


def problems(rules: Sequence[str]) -> Iterator[str]:
    """What is wrong with those that cannot be read, and the way out."""
    for given in rules:
        try:
            read(given)
        except RuleError as error:
            yield str(error)


def require(rules: Sequence[str]) -> None:
    """Raise ImproperlyConfigured where one of them cannot be read."""
    for problem in problems(rules):
        raise ImproperlyConfigured(f"FIRELINE['TRACKER_FINGERPRINT_RULES']: {problem}")


def _or_none(given: str) -> Rule | None:
    try:
        return read(given)
    except RuleError:
        return None


def read(given: str) -> Rule:
    """The rule. Raises RuleError where it cannot be meant."""
    left, arrow, right = _halves(given)
    if not arrow:
        raise RuleError(
            f"{given!r} has no arrow: nothing says which fingerprint it gives. {_WAY_OUT}"
        )
    fingerprint = tuple(part.strip() for part in right.split(",") if part.strip())
    if not fingerprint:
        raise RuleError(f"{given!r} has nothing behind its arrow. {_WAY_OUT}")
    for part in fingerprint:
        if unknown := unknown_variable(part):
            raise RuleError(f"{given!r}: there is no variable {unknown}. {_WAY_OUT}")
    matchers = tuple(_matchers(given, left))
    if not matchers:
        raise RuleError(
            f"{given!r} has nothing before its arrow: it would take every event. {_WAY_OUT}"
        )
    return Rule(text=given, matchers=matchers, fingerprint=fingerprint)


_ARROW = re.compile(r'((?:"(?:[^"\\]|\\.)*+"|[^"])*?)(?:^|\s)(->)(?:\s|$)(.*)', re.DOTALL)


def _halves(given: str) -> tuple[str, str, str]:
    match = _ARROW.fullmatch(given)
    return (match[1], match[2], match[3]) if match else (given, "", "")


def _matchers(given: str, left: str) -> Iterator[Matcher]:
    position = 0
    while left[position:].strip():
        match = _MATCHER.match(left, position)
        if match is None:
            raise RuleError(
                f"{given!r}: {left[position:].strip()!r} is no condition; one is name:pattern,"
                f" with quotes around a pattern that has blanks. {_WAY_OUT}"
            )
        name = _OF_SENTRY.get(match[2], match[2])
        if name not in NAMES and not (name.startswith("tags.") and len(name) > 5):
            raise RuleError(
                f"{given!r}: nothing is called {match[2]!r}. There are {', '.join(NAMES)}, and tags.NAME."
            )
        pattern = match[3]
        if pattern.startswith('"'):
            pattern = re.sub(r"\\(.)", r"\1", pattern[1:-1])
        yield Matcher(
            name=name,
            pattern=re.compile(
                translate(slashed(pattern) if name == "path" else pattern), re.IGNORECASE
            ),
            is_negated=bool(match[1]),
        )
        position = match.end()
