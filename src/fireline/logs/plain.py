"""Any value as one that JSON can say."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from math import isfinite
from os import PathLike, fspath
from typing import Any

import orjson
from django.http import HttpRequest

from fireline.scrub import evaluated, scrubbed, scrubbed_text, shown

_LINE_AT_MOST = 64 * 1024
_TEXT_AT_MOST = 2000
_ITEMS_AT_MOST = 50
_DEPTH_AT_MOST = 8

# A dataclass would be opened field by field, unscrubbed; its repr is scrubbed.
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS

OBEYED = (
    "\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
"""
Characters that terminals and editors obey, for a character class: DEL and C1 controls, line
separators, marks that turn the direction of a text, invisible ones, lone surrogates.
"""


def to_json(value: Any) -> str:
    """
    One line of valid JSON; never raises, never more than some 64 kB.

    Control characters, also those that only terminals and editors obey, are escaped.
    """
    try:
        line = orjson.dumps(value, _plain, _OPTIONS)
    except (TypeError, RecursionError):  # a key that is no text, a circle, half a surrogate pair
        line = None
    if line is None or len(line) > _LINE_AT_MOST:
        line = orjson.dumps(_cut(value))
    text = line.decode()
    if line.isascii() and b"\x7f" not in line:
        return text
    return _obeyed.sub(_escaped, text)


_obeyed = re.compile(f"[{OBEYED}]")


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _plain(value: object) -> Any:
    """What JSON can say in place of an object; raises nothing but what the object raises."""
    known = evaluated(value)
    return _said(value) if known is value else scrubbed(known)


def _said(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, HttpRequest):
        return scrubbed_text(f"{value.method} {value.path}")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return scrubbed_text(value[:1000].decode("utf-8", "backslashreplace"))
    if isinstance(value, PathLike):
        return shown(fspath(value))
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {shown(value)}"
    return shown(value)


def _cut(fields: Any) -> Any:
    """The fields of a line, cut to what it can hold; each takes at most half of what is left."""
    left = _LINE_AT_MOST
    if not isinstance(fields, Mapping):
        return _Cut(left).of(fields)
    line = {}
    for key, value in list(fields.items())[: 2 * _ITEMS_AT_MOST]:
        cut = _Cut(left // 2)
        line[cut.text(key)] = cut.of(value)
        left -= left // 2 - cut.left
    return line


class _Cut:
    """A walk that ends when so many bytes are used up."""

    def __init__(self, left: int) -> None:
        self.left = left

    def of(self, value: Any, depth: int = 0) -> Any:
        """The same in values that JSON knows, as far as there is room."""
        value = evaluated(value)
        self.left -= 8
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int):
            return int(value) if -(2**63) <= value < 2**64 else self.text(shown(value))
        if isinstance(value, float):
            return float(value) if isfinite(value) else str(value)
        if depth > _DEPTH_AT_MOST or self.left <= 0:
            return "…"
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, depth)
            if isinstance(value, (list, tuple, set, frozenset)):
                return self._list(value, depth)
            return self.of(_plain(value), depth + 1)
        except Exception as error:
            return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"

    def text(self, value: object) -> str:
        """A text that UTF-8 knows."""
        text = value if isinstance(value, str) else shown(value, 100)
        at_most = max(0, min(_TEXT_AT_MOST, self.left))
        if len(text) > at_most:
            text = f"{text[:at_most]}… ({len(text)} characters)"
        clean = text.encode("utf-8", "backslashreplace")
        self.left -= len(orjson.dumps(clean.decode()))
        return clean.decode()

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        cut = {}
        for key, item in list(value.items())[:_ITEMS_AT_MOST]:
            if self.left <= 0:
                break
            cut[self.text(key)] = self.of(item, depth + 1)
        if len(cut) < len(value):
            cut["…"] = f"{len(value) - len(cut)} more"
        return cut

    def _list(self, value: Iterable[Any], depth: int) -> list[Any]:
        items, cut = list(value), []
        for item in items[:_ITEMS_AT_MOST]:
            if self.left <= 0:
                break
            cut.append(self.of(item, depth + 1))
        if len(cut) < len(items):
            cut.append(f"… {len(items) - len(cut)} more")
        return cut
