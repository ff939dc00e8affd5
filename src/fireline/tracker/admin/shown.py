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
_FRAMES = 100
_VARIABLES = 20
_CRUMBS = 50
_ROWS = 100
_CELL = 300
"""Characters of a value beside its name; the JSON has all."""


def preformatted(text: str) -> SafeString:
    """The text as it is, escaped; what is no letter of it, such as a mark that turns the direction, is spelled out."""
    cut = f"\n… and {len(text) - MOST:,} characters more" if len(text) > MOST else ""
    return format_html('<pre class="fireline">{}{}</pre>', _plain(text[:MOST]), cut)


def as_json(value: Any) -> SafeString:
    """The value as indented JSON, folded away until somebody opens it."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
    return format_html(
        "<details><summary>{} characters of JSON</summary>{}</details>",
        f"{len(text):,}",
        preformatted(text),
    )


def stack(event: Mapping[str, Any]) -> SafeString:
    """The exceptions of an event, causes first, each with its frames in the order of the calls."""
    lines: list[str] = []
    for raised in _list(_dict(event.get("exception")).get("values")):
        frames = _list(_dict(_dict(raised).get("stacktrace")).get("frames"))
        if len(frames) > _FRAMES:
            lines.append(f"  … {len(frames) - _FRAMES} frames more")
        lines += [line for frame in frames[-_FRAMES:] for line in _frame(_dict(frame))]
        lines += [f"{_dict(raised).get('type') or 'Error'}: {_dict(raised).get('value') or ''}", ""]
    return preformatted("\n".join(lines).rstrip()) if lines else SafeString("-")


def table(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Two columns."""
    rows = format_html_join(
        "",
        "<tr><th>{}</th><td>{}</td></tr>",
        ((_plain(str(a)[:200]), _plain(str(b)[:1000])) for a, b in pairs),
    )
    return format_html('<table class="fireline-rows">{}</table>', rows) if rows else SafeString("-")


def fields(*values: Any) -> SafeString:
    """What mappings say, a row for each: `cart.items  3`; what lies deeper than that is JSON."""
    rows = (row for value in values for row in _flat(_dict(value)))
    return table((name, _cut(text)) for name, text in islice(rows, _ROWS))


def crumbs(event: Mapping[str, Any]) -> SafeString:
    """What happened before, the newest last."""
    left = _list(_dict(event.get("breadcrumbs")).get("values"))[-_CRUMBS:]
    return table(_crumb(_dict(each)) for each in left)


def tags(event: Mapping[str, Any]) -> SafeString:
    """The tags of an event."""
    given = event.get("tags")
    pairs = given.items() if isinstance(given, Mapping) else [
        pair for pair in _list(given) if isinstance(pair, list) and len(pair) == 2
    ]  # fmt: skip
    return table(
        sorted(((str(key), value) for key, value in pairs), key=lambda pair: pair[0])[:200]
    )


def _frame(frame: Mapping[str, Any]) -> Iterable[str]:
    place = frame.get("filename") or frame.get("module") or "?"
    mark = ">" if frame.get("in_app") else " "
    yield f"{mark} {place}:{frame.get('lineno') or '?'} in {frame.get('function') or '?'}"
    if code := frame.get("context_line"):
        yield f"      {str(code).strip()}"
    if frame.get("in_app"):
        for name, value in islice(_dict(frame.get("vars")).items(), _VARIABLES):
            yield f"        {name} = {_cut(_text(value))}"


def _crumb(crumb: Mapping[str, Any]) -> tuple[str, str]:
    at = _time_of_day(crumb.get("timestamp"))
    kind = str(crumb.get("category") or crumb.get("type") or "")
    said = str(crumb.get("message") or "")
    data = ", ".join(f"{name}={text}" for name, text in _flat(_dict(crumb.get("data"))))
    return f"{at} {kind}", f"{_cut(said)}  {_cut(data)}".strip()


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
            yield f"{before}{name}", _text(inner)


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[:_CELL]}…"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _plain(text: str) -> str:
    return "".join(
        each if each.isprintable() or each in "\n\t" else f"\\u{ord(each):04x}" for each in text
    )


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
