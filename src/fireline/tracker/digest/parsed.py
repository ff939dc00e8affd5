"""From what a client calls JSON to values, and from values to what can be written as JSON again."""

import json
import math
import re
from typing import Any

import orjson

DEEPEST = 100
"""Levels of nesting that are kept; what is deeper was made to hurt."""
LONGEST_TEXT = 16_384
MOST_ENTRIES = 2_000
LARGE = 200_000
"""Bytes of an event from which on its texts and lists are cut."""

CUT = "… (cut)"


def parsed(payload: bytes) -> Any:
    """
    The value in these bytes; a large one is cut.

    Raises ValueError where they are no JSON at all.
    """
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:  # too deep, a lone surrogate, NaN: Python's parser knows these
        value = json.loads(_flattened(payload.decode("utf-8", "replace")), strict=False)
    else:
        if len(payload) <= LARGE:
            return value
    return mended(value)


def mended(value: Any, depth: int = 0) -> Any:
    """The same value, fit to be written: not too deep or long, no lone surrogate, no NaN."""
    if isinstance(value, str):
        text = value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + CUT
        return text.encode("utf-8", "replace").decode()
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return CUT
    if isinstance(value, dict):
        few = list(value.items())[:MOST_ENTRIES]
        return {mended(str(key)): mended(item, depth + 1) for key, item in few}
    if isinstance(value, list):
        return [mended(item, depth + 1) for item in value[:MOST_ENTRIES]]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if type(value) is int and abs(value) >= 2**63:
        return str(value)
    return value


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def _flattened(text: str) -> str:
    """The same text with `null` in the place of what lies too deep, for parsers that recurse."""
    kept, start, depth = [], 0, 0
    for token in _TOKEN.finditer(text):
        bracket = token[0]
        if bracket in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept.append(text[start : token.start()])
        elif bracket in "]}":
            depth -= 1
            if depth == DEEPEST:
                kept.append("null")
                start = token.end()
    return "".join(kept) + text[start:] if depth <= DEEPEST else "".join(kept)
