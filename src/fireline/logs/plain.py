"""Any value as one that JSON can say."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from math import isfinite
from typing import Any

import orjson
from django.http import HttpRequest

from fireline.scrub import scrubbed_text, shown

_LINE_AT_MOST = 64 * 1024


def to_json(value: Any) -> str:
    """
    One line of valid JSON; never raises, never more than some 64 kB.

    Control characters, also those that only terminals and editors obey, are escaped.
    """
    try:
        line = orjson.dumps(value, _plain, orjson.OPT_UTC_Z)
        if len(line) > _LINE_AT_MOST:
            line = orjson.dumps(_bounded(value), _plain, orjson.OPT_UTC_Z)
    except (TypeError, RecursionError):  # a key that is no text, a circle, half a surrogate pair
        line = orjson.dumps(_bounded(value), _plain, orjson.OPT_UTC_Z)
    text = line.decode()
    if line.isascii() and b"\x7f" not in line:
        return text
    return _obeyed.sub(_escaped, text)


# DEL and C1 controls, line separators, marks that turn the direction of a text, lone surrogates.
_obeyed = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, HttpRequest):
        return f"{value.method} {value.path}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return scrubbed_text(value[:1000].decode("utf-8", "backslashreplace"))
    return shown(value)


def _bounded(value: Any, depth: int = 0) -> Any:
    """The same, cut to what a line can hold: texts, lists, depth."""
    if isinstance(value, str):
        text = value.encode("utf-8", "backslashreplace").decode()
        return text if len(text) <= 2000 else f"{text[:2000]}… ({len(text)} characters)"
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -(2**63) <= value < 2**64 else str(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if depth > 8:
        return "…"
    if isinstance(value, Mapping):
        items = list(value.items())[:50]
        return {shown(key, 100): _bounded(item, depth + 1) for key, item in items}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_bounded(item, depth + 1) for item in list(value)[:50]]
    return _bounded(_plain(value), depth + 1)
