"""Secrets that stand beside their name without a sign: in pairs, in SQL."""

import re
from collections.abc import Iterator

from fireline.scrub import written
from fireline.scrub.keys import REDACTED, is_sensitive
from fireline.scrub.search import each
from fireline.scrub.written import QUOTE

_pair = re.compile(
    rf"""
    (?P<name>[A-Za-z0-9_-]{{2,80}}) {QUOTE} , [ ]?
    b? (?P<quote>{QUOTE})
    """,
    re.VERBOSE,
).match
_opening = re.compile(r"(?P<bracket>[\[(]|)(?P<bytes>b?)\\{0,3}[\"']\Z").search

_value = re.compile(
    rf"""
    (?P<name>[A-Za-z0-9_-]{{2,80}}) {QUOTE} , (?: \s | \\{{1,40}}[nrt] ){{0,40}}+
    {QUOTE} value {QUOTE} [ ]? : [ ]?
    """,
    re.VERBOSE,
).match
_name = re.compile(rf"(?:name|key) {QUOTE} [ ]? : [ ]? {QUOTE}\Z", re.VERBOSE).search


def beside(whole: str, place: int) -> tuple[int, int] | None:
    """
    Where the secret stands whose name begins at this place, behind a comma.

    As in `(b'cookie', b'...')`, `['--password', '...']`, `{"name": "DB_PASSWORD", "value": "..."}`; not
    in lists of names.
    """
    if (found := _pair(whole, place)) and (opening := _opening(whole, max(place - 6, 0), place)):
        end = _closing(whole, found.end(), found["quote"])
        if end and _is_pair(found, opening, end):
            return found.end(), end
    found = _value(whole, place)
    if found and _name(whole, max(place - 20, 0), place) and is_sensitive(found["name"]):
        value = written.value(whole, found.end())
        return value and value.span(value.lastgroup or 0)
    return None


def _closing(whole: str, start: int, quote: str) -> int | None:
    """Where the quote closes that opened before this place."""
    end = start
    for _ in range(_MOST_ESCAPED):
        end = whole.find(quote, end, start + _LONGEST)
        if end < 0:
            return None
        if whole[end - 1] != "\\":
            return end if "\0" not in whole[start:end] else None
        end += 1
    return None


_LONGEST, _MOST_ESCAPED = 4000, 50


def _is_pair(pair: re.Match[str], opening: re.Match[str], end: int) -> bool:
    name, value = pair["name"], pair.string[pair.end() : end]
    if not is_sensitive(name) or value in {"", REDACTED}:
        return False
    if value.replace("-", "").isalpha() and is_sensitive(value):  # one more name
        return False
    if name.startswith("--"):
        return not value.startswith("-")
    is_header = opening["bytes"] or "-" in name or name.lower() in {"authorization", "cookie"}
    return bool(is_header and opening["bracket"]) and pair.string.startswith(
        ("]", ")"), end + len(pair["quote"])
    )


_statement = re.compile(r"PASSWORD '((?:[^'\0]|'')++)").match


def statements(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where SQL sets a password: `ALTER USER ... PASSWORD '...'`."""
    for place in each(raw, b"W"):  # rare, and so found at the speed of memory
        if raw.startswith(b"ORD '", place + 1) and (found := _statement(whole, max(place - 4, 0))):
            yield found.span(1)
