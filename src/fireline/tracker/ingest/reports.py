"""
Reports that browsers send by themselves: of what a Content-Security-Policy has stopped.

Both forms are understood, of `report-uri` (one report) and of the Reporting API (several).
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from fireline.tracker.envelope import Envelope, Item, written
from fireline.tracker.ingest.refusal import Refused

MOST_REPORTS = 20
"""Of one request; the rest is left out."""

_LONGEST = 2000

_FIELDS = {
    "documentURL": "document-uri",
    "blockedURL": "blocked-uri",
    "effectiveDirective": "effective-directive",
    "sourceFile": "source-file",
    "lineNumber": "line-number",
    "columnNumber": "column-number",
    "sample": "script-sample",
    "statusCode": "status-code",
    "originalPolicy": "original-policy",
    "referrer": "referrer",
    "disposition": "disposition",
}
"""The Reporting API's names of what report-uri calls otherwise."""

_OF_EXTENSIONS = re.compile(
    r"(?:[a-z-]*extension|about|chrome|resource|webkit-masked-url):?(?:/|$)"
)
"""What the visitor has added to his browser is stopped too; nobody can mend that here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the address of the endpoint and the request say about the page."""

    release: str = ""
    environment: str = ""
    user_agent: str = ""


def envelopes(body: bytes, page: Page) -> Iterator[bytes]:
    """An envelope for each report that somebody can mend; raises Refused."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused(400, "malformed", "The body is no JSON.") from None
    if isinstance(found, dict) and isinstance(found.get("csp-report"), dict):
        reports = [{"type": "csp-violation", "body": found["csp-report"]}]
    elif isinstance(found, list):
        reports = [each for each in found[:MOST_REPORTS] if isinstance(each, dict)]
    else:
        raise Refused(400, "malformed", "The body is no report of a Content-Security-Policy.")
    for report in reports:
        details = report.get("body")
        if report.get("type") != "csp-violation" or not isinstance(details, dict):
            named = report.get("type")
            name = named.replace("-", "_") if type(named) is str else "unknown"
            yield _enveloped(Item(header={"type": f"report_{name}"[:40]}, payload=b""))
        elif not _is_of_extension(fields := _fields_of(details)):
            event = _event_of(fields, page, report.get("age"))
            yield _enveloped(Item(header={"type": "event"}, payload=orjson.dumps(event)))


def _fields_of(details: Mapping[str, Any]) -> dict[str, str]:
    """The report's fields by the names of report-uri, as texts of some length."""
    named = {_FIELDS.get(name, name): value for name, value in details.items()}
    fields = {
        name: str(named[name])[:_LONGEST]
        for name in (*_FIELDS.values(), "violated-directive")
        if type(named.get(name)) in {str, int}
    }
    # Older browsers know only the directive with its whole value.
    violated = fields.pop("violated-directive", "").partition(" ")[0]
    fields.setdefault("effective-directive", violated or "unknown")
    return fields


def _is_of_extension(fields: Mapping[str, str]) -> bool:
    sources = (fields.get("blocked-uri", ""), fields.get("source-file", ""))
    return any(_OF_EXTENSIONS.match(source.lower()) for source in sources)


def _event_of(fields: Mapping[str, str], page: Page, age: Any) -> dict[str, Any]:
    directive = fields["effective-directive"][:100]
    blocked = _shortened(fields.get("blocked-uri", ""))
    milliseconds = age if type(age) is int and 0 <= age < 7 * 86_400_000 else 0
    event: dict[str, Any] = {
        "timestamp": time.time() - milliseconds / 1000,
        "platform": "other",
        "logger": "csp",
        "level": "warning",
        "logentry": {"formatted": f"Blocked {directive} from {blocked}"},
        "fingerprint": ["csp", directive, blocked],
        "request": {
            "url": fields.get("document-uri", ""),
            "headers": {"User-Agent": page.user_agent[:500]},
        },
        "tags": {"effective-directive": directive, "blocked-uri": blocked[:200]},
        "contexts": {"csp": {"type": "csp", **fields}},
    }
    if page.release:
        event["release"] = page.release[:200]
    if page.environment:
        event["environment"] = page.environment[:64]
    return event


def _shortened(blocked: str) -> str:
    """`inline`, `eval`, or the host: what differs for each visitor is no other issue."""
    try:
        parts = urlsplit(blocked)
        return parts.hostname or parts.scheme or blocked[:100] or "inline"
    except ValueError:
        return "an address that is none"


def _enveloped(item: Item) -> bytes:
    return written(Envelope(header={}, items=(item,)))
