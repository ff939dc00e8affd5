"""The demo's tracker: what fails in the CRM is an event in a database of its own."""

import json
import re
import sqlite3
import time
from contextlib import closing

import httpx
import pytest

from tests import loaded
from tests.ops.running import of_the_demo
from tests.running import PATIENCE
from tests.servers.running import MODULES


@pytest.fixture(scope="module")
def tried(crm, visitor):
    """Every failure that takes no more than a click, on the page and in the API."""
    page = visitor.get("/failures/").text
    addresses = re.findall(r'class="button" href="(/[^"]+)"', page)
    names = re.findall(r'<article class="failure card" id="([^"]+)"', page)
    for path in [*addresses, *(f"/api/failures/{name}/" for name in names)]:
        accept = "*/*" if path.startswith("/api/") else "text/html"
        try:
            visitor.get(path, headers={"accept": accept})
        except httpx.RemoteProtocolError:
            assert "broken-download" in path
    return names


ASK = "SELECT error_id, correlation_id FROM fireline_tracker_event WHERE error_id > ''"


def tracked(crm):
    """The ids of what the contract tracks, as the log has them."""
    return {
        (line["error_id"], line["correlation_id"])
        for line in crm.errors(logger="crm.errors")
        if line["status"] >= 500 or line["severity"] in {"high", "critical"}
    }


def stored(crm):
    """The ids in the tracker's file, as soon as nothing is missing."""
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(crm.data / "tracker.sqlite3", timeout=10)) as database:
        while True:
            found = set(database.execute(ASK))
            if tracked(crm) <= found or time.monotonic() > until:
                return found
            time.sleep(0.1)


def test_every_tracked_failure_is_an_event(crm, tried):
    """Under the same error id and correlation id as in the log; and nothing else is one."""
    found = stored(crm)

    assert len(found) >= 15
    assert found == tracked(crm)


@pytest.mark.parametrize(
    "name", ["connection-refused", "database-locked", "bug", "speechless", "api/bug"]
)
def test_answer_leads_to_its_event(crm, visitor, name):
    """The ids in the answer of a 5xx are those of an event."""
    path = f"/api/failures/{name[4:]}/" if name.startswith("api/") else f"/failures/{name}/"
    answer = visitor.get(path, headers={"accept": "*/*"})

    assert answer.status_code >= 500
    ids = (answer.headers["x-error-id"], answer.headers["x-correlation-id"])
    assert ids in stored(crm)


def test_command_prints_each_event(crm, tried):
    """A JSON line each, under names that a program can lean on."""
    found = stored(crm)

    lines = [json.loads(line) for line in crm.command(
        "fireline_events", "--format", "jsonl").stdout.splitlines()]  # fmt: skip

    assert {(line["error_id"], line["correlation_id"]) for line in lines} >= found
    assert {line["project"] for line in lines} == {"crm"}
    assert all(
        line.keys() == {"event_id", "issue", "project", "error_id", "correlation_id"}
        for line in lines
    )
    assert len({line["issue"] for line in lines}) < len(lines)


HEAD = """
import os, runpy, sys
read, write = os.pipe()
os.dup2(write, 1)
os.close(read)
sys.path.insert(0, "demo")
sys.argv = ["demo/manage.py", "fireline_events"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_reader_that_has_seen_enough_is_no_failure(crm, tried):
    """`fireline_events | head` ends without a traceback."""
    done = loaded.python("-c", HEAD, env=of_the_demo(crm.data), also=MODULES)

    assert (done.returncode, done.stderr) == (0, "")


def test_other_services_can_send_here(crm):
    """To the address that the start has printed."""
    printed = re.search(r"DSN +(\S+)", (crm.directory / "demo.log").read_text())
    scheme, key, host, project = re.fullmatch(
        r"(https?)://(\w+)@([^/]+)/fireline/(\d+)", printed[1]
    ).groups()
    event_id = "5" * 31 + "e"
    body = "\n".join(
        map(json.dumps, ({}, {"type": "event"}, {"event_id": event_id, "message": "x"}))
    )

    answer = httpx.post(
        f"{scheme}://{host}/fireline/api/{project}/envelope/?sentry_key={key}", content=body
    )

    assert answer.status_code == 200
    with closing(sqlite3.connect(crm.data / "tracker.sqlite3", timeout=10)) as database:
        ask = "SELECT 1 FROM fireline_tracker_event WHERE event_id = ?"
        until = time.monotonic() + PATIENCE
        while not database.execute(ask, [event_id]).fetchall():
            assert time.monotonic() < until
            time.sleep(0.1)
