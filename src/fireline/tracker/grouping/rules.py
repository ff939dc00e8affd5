"""
Groupings of a project's own, from TRACKER_FINGERPRINT_RULES: `type:ConnectionError -> backend-is-down`.

On the left what must all be so, as `name:pattern`, with `!` before it for what must not; `*`, `?` and
`[...]` in a pattern stand for other characters, and case is all the same. What is about exceptions has to be
so of one of them, what is about frames of one frame. On the right the fingerprint, commas between its
parts; `{{ default }}` is what the event would have without the rule.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from fireline.tracker.grouping.conditions import (
    NAMES,
    TAGS,
    About,
    Condition,
    Facts,
    Matcher,
)
from fireline.tracker.grouping.paths import slashed
from fireline.tracker.grouping.variables import unknown_variable

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
_CONDITION = re.compile(r'\s*(!?)([\w.-]+):("(?:[^"\\]|\\.)*"|[^\s"]\S*)(?=\s|$)')


class RuleError(ValueError):
    """This rule cannot be meant; its text says what is wrong, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, read."""

    text: str
    conditions: tuple[Condition, ...]
    fingerprint: tuple[str, ...]

    def fits(self, facts: Facts) -> bool:
        """Whether the event with these facts is meant."""
        return all(condition.holds(facts) for condition in self.conditions)


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
    conditions = tuple(_conditions(given, left))
    if not conditions:
        raise RuleError(
            f"{given!r} has nothing before its arrow: it would take every event. {_WAY_OUT}"
        )
    return Rule(text=given, conditions=conditions, fingerprint=fingerprint)


_ARROW = re.compile(r'((?:"(?:[^"\\]|\\.)*+"|[^"])*?)(?:^|\s)(->)(?:\s|$)(.*)', re.DOTALL)


def _halves(given: str) -> tuple[str, str, str]:
    match = _ARROW.fullmatch(given)
    return (match[1], match[2], match[3]) if match else (given, "", "")


def _conditions(given: str, left: str) -> Iterator[Condition]:
    """What is asked of one and the same thing in one; what must not be, each for itself."""
    asked: dict[About, list[Matcher]] = {}
    for about, matcher, is_negated in _matchers(given, left):
        if is_negated:
            yield Condition(about=about, matchers=(matcher,), is_negated=True)
        else:
            asked.setdefault(about, []).append(matcher)
    for about, matchers in asked.items():
        yield Condition(about=about, matchers=tuple(matchers))


def _matchers(given: str, left: str) -> Iterator[tuple[About, Matcher, bool]]:
    position = 0
    while left[position:].strip():
        match = _CONDITION.match(left, position)
        if match is None:
            raise RuleError(
                f"{given!r}: {left[position:].strip()!r} is no condition; one is name:pattern,"
                f" with quotes around a pattern that has blanks. {_WAY_OUT}"
            )
        name = _OF_SENTRY.get(match[2], match[2])
        is_tag = name.startswith(TAGS) and name != TAGS
        if name not in NAMES and not is_tag:
            raise RuleError(
                f"{given!r}: nothing is called {match[2]!r}. There are {', '.join(NAMES)}, and tags.NAME."
            )
        about = About.EVENT if is_tag else NAMES[name]
        yield about, Matcher(name=name, pattern=_pattern(name, match[3])), bool(match[1])
        position = match.end()


def _pattern(name: str, written: str) -> re.Pattern[str]:
    if written.startswith('"'):
        written = re.sub(r"\\(.)", r"\1", written[1:-1])
    return re.compile(translate(slashed(written) if name == "path" else written), re.IGNORECASE)
