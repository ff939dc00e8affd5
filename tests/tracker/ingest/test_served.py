"""Real SDKs send to real servers; hostile clients do what they can."""

import gzip
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import orjson
import psutil
import pytest

from fireline.tracker import envelope
from fireline.tracker.envelope import Envelope
from fireline.tracker.models import Key, Project
from fireline.tracker.spool.local import LocalSpool
from tests.browser import chromium
from tests.servers.running import Server, running
from tests.tracker import elsewhere
from tests.tracker.ingest import clients
from tests.tracker.ingest.conftest import EVENT_ID, with_event

MEBIBYTE = 1024 * 1024


@dataclass
class Tracker:
    """A service with the tracker that runs: how to reach it, and what it has accepted."""

    server: Server
    spool: LocalSpool
    key: str
    project: int

    @property
    def address(self) -> str:
        return f"/fireline/api/{self.project}/envelope/?sentry_key={self.key}"

    @property
    def dsn(self) -> str:
        return f"http://{self.key}@127.0.0.1:{self.server.port}/fireline/{self.project}"

    def envelopes(self) -> list[Envelope]:
        """What was accepted since the last time."""
        taken = self.spool.take(1000)
        self.spool.done(taken)
        return [envelope.read(each.entry.envelope) for each in taken]

    def failures(self) -> list[dict]:
        """What the service has logged of itself as a failure."""
        return [line for line in self.server.lines() if line["level"] in {"ERROR", "CRITICAL"}]


@pytest.fixture(scope="module", params=["uvicorn", "gunicorn"])
def tracker(request, tmp_path_factory, django_db_blocker) -> Iterator[Tracker]:
    """The same service under each kind of server."""
    place: Path = tmp_path_factory.mktemp(request.param)
    script = place / "page.js"
    with elsewhere.tables(elsewhere.sqlite(place), django_db_blocker):
        key = Key.objects.create(project=Project.objects.create(name="shop"))
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.tracker.ingest.service",
        "TESTS_SCRIPT": str(script),
    }
    with running(request.param, place, **environment) as server:
        spool = LocalSpool(place / "tracker.sqlite3.spool", 1024 * MEBIBYTE)
        yield Tracker(server, spool, key.public_key, key.project_id)
        spool.close()


@pytest.fixture(autouse=True)
def nothing_fails(tracker) -> Iterator[None]:
    """Whatever clients do, the service logs no failure of its own."""
    tracker.envelopes()
    yield
    assert tracker.failures() == []


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
    """An SDK that was told sends no more of what nobody digests: one transaction of ten."""
    program = (
        "import sys, sentry_sdk\n"
        "sentry_sdk.init(dsn=sys.argv[1], traces_sample_rate=1.0, auto_session_tracking=False)\n"
        "for number in range(10):\n"
        "    with sentry_sdk.start_transaction(name=str(number)): pass\n"
        "    sentry_sdk.flush(5)\n"
    )
    subprocess.run([sys.executable, "-c", program, tracker.dsn], check=True)

    assert items(tracker.envelopes())["transaction"] == 1


@pytest.mark.parametrize("tracker", ["uvicorn"], indirect=True)
def test_browser(tracker, tmp_path):
    """A page under a strict policy reports its script's error, and the policy's own report comes too."""
    server = tracker.server
    bundle = clients.bundled()
    (server.directory / "page.js").write_bytes(bundle.read_bytes())
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


def _chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def _head(tracker: Tracker, *lines: str) -> bytes:
    head = [f"POST {tracker.address} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def test_chunked(tracker):
    """A body in chunks is read to its end."""
    body = with_event()
    request = _head(tracker, "Transfer-Encoding: chunked")
    request += _chunked(body[:10], body[10:40], body[40:], b"")

    answer = tracker.server.raw(request)

    assert answer.startswith(b"HTTP/1.1 200")
    assert EVENT_ID.encode() in answer
    assert tracker.envelopes()[0].items[0].payload == b'{"message":"it broke"}'


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        pytest.param(["Content-Length: 1000"], b"{}\n", id="short"),
        pytest.param(["Transfer-Encoding: chunked"], b"3e8\r\n{}\n", id="short-chunk"),
        pytest.param(["Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n", id="no-chunk"),
        pytest.param(["Transfer-Encoding: chunked"], b"-5\r\n{}\r\n0\r\n\r\n", id="negative"),
        pytest.param(["Content-Length: 1000"], b"", id="nothing"),
    ],
)
def test_broken_off(tracker, lines, body):
    """A client that leaves in the middle of its upload is no failure of the service."""
    with socket.create_connection(("127.0.0.1", tracker.server.port), timeout=15) as connection:
        connection.sendall(_head(tracker, *lines) + body)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)

    assert not answer.startswith(b"HTTP/1.1 2")
    assert tracker.server.client.post(tracker.address, content=with_event()).status_code == 200
    assert len(tracker.envelopes()) == 1


def test_trickle(tracker):
    """While one client sends byte for byte, others are served."""
    body = with_event()
    with socket.create_connection(("127.0.0.1", tracker.server.port), timeout=15) as slow:
        slow.sendall(_head(tracker, "Transfer-Encoding: chunked"))
        for byte in body[:5]:
            slow.sendall(_chunked(bytes([byte])))
            assert tracker.server.client.post(tracker.address, content=body).status_code == 200
        slow.sendall(_chunked(body[5:], b""))
        assert slow.recv(65536).startswith(b"HTTP/1.1 200")
    assert len(tracker.envelopes()) == 6


def test_large(tracker):
    """A large file is accepted; one that is larger than allowed is 413 and read no further."""
    client = tracker.server.client
    large = b'{}\n{"type":"attachment","length":%d}\n' % (8 * MEBIBYTE) + b"\n" * (8 * MEBIBYTE)

    assert client.post(tracker.address, content=large).status_code == 200
    assert len(tracker.envelopes()[0].items[0].payload) == 8 * MEBIBYTE
    packed = gzip.compress(b"{}\n" + b"x" * (40 * MEBIBYTE), 1)
    answer = client.post(tracker.address, content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


def test_bombs(tracker):
    """Many bombs at once cost no more memory than a few large envelopes."""
    bomb = gzip.compress(b"{}\n" + b"\0" * (100 * MEBIBYTE), 1)
    headers = {"Content-Encoding": "gzip"}
    client = tracker.server.client
    process = psutil.Process(tracker.server.process.pid)

    def memory() -> int:
        everyone = [process, *process.children(recursive=True)]
        return sum(each.memory_info().rss for each in everyone)

    before, most = memory(), 0
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(client.post, tracker.address, content=bomb, headers=headers)
            for _ in range(8)
        ]
        while not all(each.done() for each in sent):
            most = max(most, memory())
            time.sleep(0.01)

    assert {each.result().status_code for each in sent} <= {413, 429}
    assert most - before < 200 * MEBIBYTE
