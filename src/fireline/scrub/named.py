"""Secrets that a name before them gives away: `password=...`, `"token": "..."`, `Cookie: ...`."""

import re
from collections.abc import Iterator

from fireline.scrub import oauth, written
from fireline.scrub.beside import is_value_of_a_secret
from fireline.scrub.keys import is_sensitive, remembered
from fireline.scrub.search import each
from fireline.scrub.written import QUOTE

_assignment = re.compile(
    rf"""
    (?<![A-Za-z0-9_-]) (?P<name> [A-Za-z]{{2,15}}[ ](?i:key|code|number) | [A-Za-z0-9_-]{{2,200}}+ )
    (?:\[[0-9]{{0,3}}\]|%5[Bb][0-9]{{0,3}}%5[Dd]|\]|%5[Dd])? {QUOTE}? [ \t]{{0,20}}
    (?P<sign> :?={{1,3}}>? | : | %3[ADad] ) (?P<space>[ \t]{{0,40}}+)
    """,
    re.VERBOSE,
)

# The names before all signs, read backwards from each. What ends a name is made one sign first, for
# which the search runs at the speed of memory: password=, "password":, password%3D,
# %22password%22%3A, u%5Bpassword%5D=, &quot;password&quot;:
_names_before = re.compile(
    rb"=[ \t\"'\\\[\]0-9=]{0,60}+("
    rb"[YyEeRr][EeDd][KkOoBb](?:|[Cc]|[Mm][Uu][Nn]) [A-Za-z]{2,15}+"  # API key, code, number
    rb"|[A-Za-z0-9_-]{2,200}+\\?)"
)


def values(whole: str, raw: bytes) -> list[tuple[int, int]]:
    """Where the values stand that follow the name of a secret."""
    spans: list[tuple[int, int]] = []
    if "=" not in whole and ":" not in whole and "%" not in whole:
        return spans
    since = 0
    for start in _starts(raw):
        if start < since:  # inside the value before
            continue
        named = _assignment.match(whole, start)
        if named is None or not _gives_away(named):
            continue
        value = _value(named["name"].lower(), whole, named.end())
        if value and not _is_harmless(named, value):
            since = value.end()
            spans.append(value.span(value.lastgroup or 0))
    return spans


def _value(name: str, whole: str, place: int) -> re.Match[str] | None:
    if name.endswith("authorization"):
        return written.authorization(whole, place)
    cookies = written.cookies(whole, place) if name in _COOKIES else None
    return cookies or written.value(whole, place)


_COOKIES = frozenset(("cookie", "set-cookie", "http_cookie"))


def elements(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where such values stand in XML: `<password>...</password>`."""
    for closing in _closing_tag.finditer(whole):
        end = closing.start()
        start = raw.rfind(b">", 0, end) + 1
        if raw.endswith(b"]]>", 0, end):
            opening = raw.rfind(_CDATA, max(end - _LONGEST, 0), end)
            start, end = (opening + len(_CDATA), end - 3) if opening >= 0 else (start, end)
        if 0 < start < end and is_sensitive(closing[1]) and "\0" not in whole[start:end]:
            yield start, end


_CDATA, _LONGEST = b"<![CDATA[", 4000
_closing_tag = re.compile(r"<(?=/)/(?:[A-Za-z0-9_.-]{1,40}:)?([A-Za-z0-9_-]{2,80})\s{0,3}>")


def _starts(raw: bytes) -> list[int]:
    """Where the name of a secret stands before a sign, in order."""
    signs = raw
    for sign in _SIGNS:
        signs = signs.replace(sign, b"=")
    backwards = signs[::-1]
    secret = {*filter(_is_secret_backwards, {*_names_before.findall(backwards)})}
    if len(secret) <= _FEW:
        return sorted(at for name in secret for at in _places(raw, name[::-1].lstrip(b"\\")))
    return sorted(
        len(raw) - found.end() + found[1].endswith(b"\\")
        for found in _names_before.finditer(backwards)
        if found[1] in secret
    )


def _places(raw: bytes, name: bytes) -> list[int]:
    """Where this name stands, in front of a sign or not."""
    before = _BEFORE.get(name)
    if before and not is_sensitive(name.decode()):
        return [at for at in each(raw, name) if raw[at - 1 : at] in before]
    return each(raw, name)


_BEFORE = {b"code": {b"?", b"&", b";"}, b"state": {b"?", b"&", b";"}, b"value": {b'"', b"'", b";"}}
"""Names that are harmless alone, and behind which of these a secret may follow."""

_SIGNS = (b":", b";", b"%", b"&")

_FEW = 8
"""So many names are found faster one by one."""


@remembered(maxsize=2048)
def _is_secret_backwards(backwards: bytes) -> bool:
    name = backwards[::-1].decode()
    if name.lower() in _IN_QUERIES or backwards[::-1] in _BEFORE:
        return True
    return _is_secret(name, "%") if name[0].isdigit() else _is_secret(name.lstrip("\\"), name[0])


def _is_secret(name: str, before: str) -> bool:
    """Also behind an escape whose end looks like the beginning of the name, as in `%22pin%22:`."""
    return (
        is_sensitive(name)
        or any(is_sensitive(name[skipped:]) for skipped in _ESCAPES.get(before, ()))
        or (before in _QUERY and name.lower() in _IN_QUERIES)
    )


def _gives_away(named: re.Match[str]) -> bool:
    """Whether a secret follows, for the name itself or for what stands around it."""
    name, start, whole = named["name"], named.start(), named.string
    before = whole[start - 1 : start]
    if _is_secret(name, before):
        return True
    if name == "value":
        return is_value_of_a_secret(whole, start)
    is_code = name in oauth.NAMES and before in _QUERY and named["sign"] == "="
    return is_code and oauth.is_exchanged(whole, start)


_QUERY, _IN_QUERIES = frozenset("?&;"), frozenset(("sig", "signature"))
"""Addresses that are signed open what they name; elsewhere these words are harmless."""


_ESCAPES = {"\\": (1, 5), "%": (2,)}

_NOTHING = frozenset(
    """
    [] () {} None null True False true false [redacted] str bytes string int bool Any
    """.split()
) | {""}
"""No values, and the types that a parameter of such a name has in source code."""


def _is_harmless(named: re.Match[str], value: re.Match[str]) -> bool:
    """No value, prose (`Password: must be longer`) or code (`token = get_token(user)`)."""
    text = value[value.lastgroup or 0]
    if text in _NOTHING:
        return True
    if value.lastgroup != "bare" or not named["space"]:
        return False
    if named["sign"] == ":":
        is_word = text.isalpha() and (text[1:].islower() or len(text) == 1)
        return is_word and _next_word.match(value.string, value.end()) is not None
    return _is_call.match(value.string, value.start()) is not None


_next_word = re.compile(r" [a-z]+\b(?![=:])")
_is_call = re.compile(r"[A-Za-z_.]+\(|[A-Za-z_]+(?:\.[A-Za-z_]+)+\[")
