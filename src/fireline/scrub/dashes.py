"""Secrets behind dashes: options of commands, the user that curl is given, private keys."""

import re
from collections.abc import Iterator

from fireline.scrub import written
from fireline.scrub.beside import paired
from fireline.scrub.keys import is_sensitive

# Where an option may begin, or a private key: one search for all three.
_dashes = re.compile(rb"-(?:-[A-Za-z]|(?<=[ ]-)u)").finditer

_private_key = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^\0]*?"
    r"(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?=\0)|\Z)"
).match


def behind_dashes(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the secret stands behind an option, alone or in a list, and a private key, even cut off."""
    since = 0
    for dashes in _dashes(raw):
        place = dashes.start()
        if raw.startswith(b"--BEGIN ", place):
            if place - 3 >= since and (found := _private_key(whole, place - 3)):
                since = found.end()
                yield found.span()
        elif raw[place - 1 : place] in {b'"', b"'"}:
            if span := paired(whole, place):
                yield span
        elif raw.startswith(b" ", place - 1):
            if span := _option(whole, place - 1):
                yield span
            if raw.startswith((b"-u", b"--user"), place) and (span := _user(whole, raw, place - 1)):
                yield span


_named = re.compile(r"[ ]--(?P<name>[A-Za-z][A-Za-z0-9-]{1,40}) {1,4}+(?![-=:\[<])").match


def _option(whole: str, place: int) -> tuple[int, int] | None:
    """The value in `--password ...`; none in `--password PASSWORD`."""
    named = _named(whole, place)
    if named and is_sensitive(named["name"]):
        value = written.value(whole, named.end())
        if value and not (value.lastgroup == "bare" and _is_word(value)):
            return value.span(value.lastgroup or 0)
    return None


def _is_word(value: re.Match[str]) -> bool:
    """The place of a value in a usage, or prose."""
    text = value["bare"].rstrip(",.")
    if text.isupper():
        return text.replace("_", "").isalpha()
    return text.isalpha() and text.islower() and _next_word(value.string, value.end()) is not None


_next_word = re.compile(r",?[ ][a-z]+\b(?![=:/.])").match

_given = re.compile(
    r""" (?:-u[ ]{0,3}|--user[ =])["']?([^\s:"'\\\0]{1,100}:[^\s"'\\\0]{1,500})"""
).match


def _user(whole: str, raw: bytes, place: int) -> tuple[int, int] | None:
    """User and password in `curl -u user:password`; none in `docker run -u 1000:1000`."""
    if found := _given(whole, place):
        before = max(place - 2000, 0)
        if raw.rfind(b"curl ", before, place + 1) > raw.rfind(b"\0", before, place):
            return found.span(1)
    return None
