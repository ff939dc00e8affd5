"""What browsers report of a Content-Security-Policy becomes events."""

import json
import time

import orjson
import pytest

from fireline.tracker import envelope
from tests.tracker.ingest.conftest import KEY

REPORT_URI = {
    "csp-report": {
        "document-uri": "https://shop.example/cart?step=2",
        "referrer": "",
        "violated-directive": "script-src 'self'",
        "original-policy": "script-src 'self'; report-uri /csp",
        "blocked-uri": "https://evil.example/x.js?id=7",
        "status-code": 200,
    }
}
REPORTING_API = {
    "type": "csp-violation",
    "age": 60_000,
    "url": "https://shop.example/",
    "user_agent": "Firefox",
    "body": {
        "documentURL": "https://shop.example/",
        "effectiveDirective": "style-src-elem",
        "blockedURL": "inline",
        "lineNumber": 12,
        "sample": "body { display",
    },
}


def events(sender) -> list[dict]:
    found = []
    for entry in sender.entries():
        read = envelope.read(entry.envelope)
        found += [orjson.loads(item.payload) for item in read.items if item.type == "event"]
    return found


@pytest.mark.parametrize("address", ["security", "csp-report"])
def test_report_uri(sender, address):
    """A report of `report-uri` is an event that says what was blocked, from where, on which page."""
    answer = sender.client.post(
        f"/fireline/api/7/{address}/?sentry_key={KEY}&sentry_release=1.2&sentry_environment=live",
        json.dumps(REPORT_URI),
        content_type="application/csp-report",
    )

    assert answer.status_code == 200
    (event,) = events(sender)
    assert event["logentry"]["formatted"] == "Blocked script-src from evil.example"
    assert event["fingerprint"] == ["csp", "script-src", "evil.example"]
    assert event["request"]["url"] == "https://shop.example/cart?step=2"
    assert event["request"]["headers"] == {"User-Agent": "tests"}
    assert (event["release"], event["environment"]) == ("1.2", "live")
    assert event["contexts"]["csp"]["original-policy"].startswith("script-src")
    assert len(answer.json()["id"]) == 32


def test_reporting_api(sender):
    """The Reporting API sends several at once, later; what is no violation is counted by name."""
    body = json.dumps([REPORTING_API, {"type": "network-error", "body": {}}, REPORTING_API, 7])

    assert sender.send(body.encode(), to="security").status_code == 200

    entries = [envelope.read(entry.envelope).items[0] for entry in sender.entries()]
    assert [item.type for item in entries] == ["event", "report_network_error", "event"]
    event = orjson.loads(entries[0].payload)
    assert event["logentry"]["formatted"] == "Blocked style-src-elem from inline"
    assert event["contexts"]["csp"]["line-number"] == "12"
    assert abs(time.time() - 60 - event["timestamp"]) < 30


@pytest.mark.parametrize(
    "blocked",
    [
        "chrome-extension",
        "moz-extension://8bbc/x.js",
        "safari-web-extension:/x",
        "about",
        "webkit-masked-url://hidden/",
    ],
)
def test_extensions(sender, blocked):
    """What a visitor has added to his own browser is nobody's failure."""
    body = {"csp-report": {"blocked-uri": blocked, "effective-directive": "img-src"}}

    answer = sender.send(json.dumps(body).encode(), to="security")

    assert (answer.status_code, answer.json()) == (200, {})
    assert sender.entries() == []


@pytest.mark.parametrize(
    "report",
    [
        pytest.param({}, id="empty"),
        pytest.param({"blocked-uri": 7, "effective-directive": None}, id="numbers"),
        pytest.param({"blocked-uri": "http://["}, id="no-address"),
        pytest.param({"blocked-uri": "x" * 100_000, "effective-directive": "y" * 9999}, id="long"),
        pytest.param({"document-uri": {"a": [1]}, "sample": []}, id="nested"),
        pytest.param({"blocked-uri": "\0\n", "x" * 9999: "y"}, id="control-characters"),
    ],
)
def test_hostile(sender, report):
    """A report that no browser has written is a small event, too."""
    assert (
        sender.send(json.dumps({"csp-report": report}).encode(), to="security").status_code == 200
    )

    (entry,) = sender.entries()
    assert len(entry.envelope) < 20_000


def test_flood_in_one(sender):
    """Of a request with thousands of reports the first twenty are taken."""
    body = json.dumps([REPORTING_API] * 2000)

    assert sender.send(body.encode(), to="security").status_code == 200
    assert len(sender.entries()) == 20


def test_kind_that_is_no_name(sender):
    """It is counted as unknown."""
    deep = "[" * 900 + "]" * 900

    assert sender.send(f'[{{"type": {deep}}}]'.encode(), to="security").status_code == 200
    (entry,) = sender.entries()
    assert b'"report_unknown"' in entry.envelope
