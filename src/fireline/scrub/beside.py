"""Secrets that stand beside their name without a sign: in pairs, in SQL."""

import re
from collections.abc import Iterator

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

_bracketed = re.compile(rb"\((?:b|)\\{0,3}[\"']([A-Za-z0-9_-]{2,80}+)").finditer


def pairs(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the secret stands in a pair such as `(b'cookie', b'...')`; not in lists of names."""
    for found in _bracketed(raw.replace(b"[", b"(")):
        if is_sensitive(found[1].decode()) and (span := paired(whole, found.start(1))):
            yield span


def paired(whole: str, place: int) -> tuple[int, int] | None:
    """Where the other half stands of the pair whose name begins at this place."""
    if (found := _pair(whole, place)) and (opening := _opening(whole, max(place - 6, 0), place)):
        end = _closing(whole, found.end(), found["quote"])
        if end and _is_pair(found, opening, end):
            return found.end(), end
    return None


_before_value = re.compile(
    rf"""
    (?:name|key) {QUOTE} [ ]? : [ ]? {QUOTE} (?P<name>[A-Za-z0-9_-]{{2,80}}) {QUOTE} ,
    (?: \s | \\{{1,40}}[nrt] ){{0,40}}+ {QUOTE} \Z
    """,
    re.VERBOSE,
).search


def is_value_of_a_secret(whole: str, place: int) -> bool:
    """Whether `value` stands at this place as in `{"name": "DB_PASSWORD", "value": "..."}`."""
    found = _before_value(whole, max(place - 300, 0), place)
    return found is not None and is_sensitive(found["name"])


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
