"""Real SDKs send to real servers."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest

from fireline.tracker.envelope import Envelope
from tests.browser import chromium
from tests.tracker.ingest import clients


def items(envelopes: list[Envelope]) -> Counter[str]:
    return Counter(item.type for each in envelopes for item in each.items)


def events(envelopes: list[Envelope]) -> dict[str, dict]:
    return {
        each.header["event_id"]: orjson.loads(item.payload)
        for each in envelopes
        for item in each.items
        if item.type == "event"
    }


def test_python(tracker):
    """The Python SDK's events, files, transactions, logs and figures arrive, as brotli."""
    script = Path(__file__).with_name("python_client.py")
    done = subprocess.run(
        [sys.executable, str(script), tracker.dsn], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    ids = json.loads(done.stdout)

    accepted = tracker.envelopes()

    found = events(accepted)
    assert found[ids["exception"]]["exception"]["values"][0]["type"] == "ZeroDivisionError"
    assert found[ids["message"]]["message"] == "said by python"
    assert set(found) == set(ids.values())
    kinds = items(accepted)
    assert {"attachment", "transaction", "session", "check_in", "log", "trace_metric"} <= set(kinds)
    files = [item.payload for each in accepted for item in each.items if item.type == "attachment"]
    assert files == [bytes(range(256)) * 200]


def test_node(tracker):
    """The SDK of Node sends chunked, without lengths, by a key in the query; all of it arrives."""
    script = clients.installed() / "server.mjs"
    done = subprocess.run(
        ["node", str(script), tracker.dsn], capture_output=True, text=True, check=True
    )
    ids = json.loads(done.stdout)

    accepted = tracker.envelopes()

    found = events(accepted)
    assert found[ids["exception"]]["exception"]["values"][0]["type"] == "TypeError"
    assert set(ids.values()) <= set(found)
    kinds = items(accepted)
    assert {"event", "attachment", "feedback"} <= set(kinds)
    files = [item.payload for each in accepted for item in each.items if item.type == "attachment"]
    assert files == [bytes([0, 10, 13, 255])]


@pytest.mark.parametrize("tracker", ["gunicorn"], indirect=True)
def test_told_what_to_hold_back(tracker):
    """An SDK that was told sends no more of what nobody digests: one transaction of three."""
    program = (
        "import sys, sentry_sdk\n"
        "sentry_sdk.init(dsn=sys.argv[1], traces_sample_rate=1.0, auto_session_tracking=False,\n"
        "    auto_enabling_integrations=False)\n"
        "for number in range(3):\n"
        "    with sentry_sdk.start_transaction(name=str(number)): pass\n"
        "    sentry_sdk.flush(5)\n"
    )
    subprocess.run([sys.executable, "-c", program, tracker.dsn], check=True)

    assert items(tracker.envelopes())["transaction"] == 1


@pytest.mark.parametrize("tracker", ["uvicorn"], indirect=True)
def test_browser(tracker, tmp_path):
    """A page under a strict policy reports its script's error, and the policy's own report comes too."""
    server = tracker.server
    clients.bundle(server.directory / "page.js")
    here = f"http://127.0.0.1:{server.port}"
    # By another name it is another origin: the browser asks for leave.
    there = f"http://localhost:{server.port}"
    report = f"/fireline/api/{tracker.project}/security/?sentry_key={tracker.key}"
    query = {"report": report, "dsn": tracker.dsn}
    with chromium() as browser:
        page = browser.new_context().new_page()
        for origin, to in ((here, "'self'"), (there, here)):
            address = f"{origin}/page/?" + "&".join(
                f"{name}={quote(value, safe='')}" for name, value in {**query, "to": to}.items()
            )
            with page.expect_response(lambda answer: "/envelope/" in answer.url) as answered:
                page.goto(address)
            assert answered.value.status == 200
            assert answered.value.header_value("Access-Control-Allow-Origin") == "*"
        found: dict[str, dict] = {}
        until = time.monotonic() + 15
        while len(found) < 4 and time.monotonic() < until:
            found |= events(tracker.envelopes())
            time.sleep(0.05)

    errors = [event for event in found.values() if "exception" in event]
    assert [each["exception"]["values"][0]["value"] for each in errors] == [
        "undefinedCart is not defined"
    ] * 2
    assert {each["release"] for each in errors} == {"shop@1"}
    assert not any("ip_address" in each.get("user", {}) for each in errors)
    blocked = [event["logentry"]["formatted"] for event in found.values() if "logentry" in event]
    assert blocked == ["Blocked img-src from elsewhere.invalid"] * 2
