"""What events say, as HTML: each text of theirs is written by whoever can reach the service."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import orjson
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST = 100_000
"""Characters of one text that a page shows."""
_CRUMBS = 50
_ROWS = 100
_CELL = 300
"""Characters of a value beside its name; the JSON has all."""


def preformatted(text: str) -> SafeString:
    """The text as it is, escaped; what is no letter of it, such as a mark that turns the direction, is spelled out."""
    cut = f"\n… and {len(text) - MOST:,} characters more" if len(text) > MOST else ""
    return format_html('<pre class="fireline">{}{}</pre>', plain(text[:MOST]), cut)


def as_json(value: Any) -> SafeString:
    """The value as indented JSON, folded away until somebody opens it."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
    return format_html(
        "<details><summary>{} characters of JSON</summary>{}</details>",
        f"{len(text):,}",
        preformatted(text),
    )


def table(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Two columns."""
    rows = format_html_join(
        "",
        "<tr><th>{}</th><td>{}</td></tr>",
        ((plain(str(a)[:200]), plain(str(b)[:1000])) for a, b in pairs),
    )
    return format_html('<table class="fireline-rows">{}</table>', rows) if rows else SafeString("-")


def fields(*values: Any) -> SafeString:
    """What mappings say, a row for each: `cart.items  3`; what lies deeper than that is JSON."""
    rows = (row for value in values for row in _flat(dict_of(value)))
    return table((name, cut(text)) for name, text in islice(rows, _ROWS))


def crumbs(event: Mapping[str, Any]) -> SafeString:
    """What happened before, the newest last."""
    left = list_of(dict_of(event.get("breadcrumbs")).get("values"))[-_CRUMBS:]
    return table(_crumb(dict_of(each)) for each in left)


def tags(event: Mapping[str, Any]) -> SafeString:
    """The tags of an event."""
    given = event.get("tags")
    pairs = given.items() if isinstance(given, Mapping) else [
        pair for pair in list_of(given) if isinstance(pair, list) and len(pair) == 2
    ]  # fmt: skip
    return table(
        sorted(((str(key), value) for key, value in pairs), key=lambda pair: pair[0])[:200]
    )


def _crumb(crumb: Mapping[str, Any]) -> tuple[str, str]:
    at = _time_of_day(crumb.get("timestamp"))
    kind = str(crumb.get("category") or crumb.get("type") or "")
    said = str(crumb.get("message") or "")
    data = ", ".join(f"{name}={text}" for name, text in _flat(dict_of(crumb.get("data"))))
    return f"{at} {kind}", f"{cut(said)}  {cut(data)}".strip()


def _time_of_day(stamp: Any) -> str:
    """In the reader's zone, as the other times of the page; empty for what the digest has not understood."""
    try:
        at = parse_datetime(str(stamp))
        return f"{timezone.localtime(at):%H:%M:%S}" if at else ""
    except (ValueError, OverflowError):
        return ""


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if not before and isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}.")
        elif inner is not None:
            yield f"{before}{name}", worded(inner)


def cut(text: str, at: int = _CELL) -> str:
    """Its first characters."""
    return text if len(text) <= at else f"{text[:at]}…"


def worded(value: Any, depth: int = 4) -> str:
    """
    A value as one would write it: `{items: 3, sku: 'A-7'}`.

    Texts stand as they are: those of Python's variables are `repr`s already.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and depth:
        pairs = (f"{key}: {worded(inner, depth - 1)}" for key, inner in islice(value.items(), 50))
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list) and depth:
        return f"[{', '.join(worded(inner, depth - 1) for inner in value[:50])}]"
    return orjson.dumps(value).decode()


def plain(text: str) -> str:
    """What is no letter of it spelled out."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else f"\\u{ord(each):04x}" for each in text
    )


def dict_of(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def list_of(value: Any) -> list[Any]:
    """The value where it is a list; else an empty one."""
    return value if isinstance(value, list) else []
