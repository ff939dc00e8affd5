"""With a DSN real envelopes go over a real socket, to Sentry alone or to both."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
import orjson
import pytest
import sentry_sdk

import fireline
from fireline.tracker import envelope
from fireline.tracker.spool import spool


class Sentry:
    """A server that takes envelopes as Sentry does; `status` is what it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        taken = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                decode = {"gzip": gzip.decompress, "br": brotli.decompress}
                body = decode.get(self.headers.get("Content-Encoding", ""), bytes)(body)
                taken.requests.append((self.path, dict(self.headers), body))
                self.send_response(taken.status)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.dsn = f"http://0123abcd@127.0.0.1:{self.server.server_port}/7"

    @property
    def events(self) -> list[dict]:
        """The events of all envelopes."""
        sentry_sdk.flush(timeout=10)
        items = [item for _, _, body in self.requests for item in envelope.read(body).items]
        return [orjson.loads(item.payload) for item in items if item.type == "event"]


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    """One on a free port."""
    sentry = Sentry()
    thread = Thread(target=sentry.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield sentry
    sentry.server.shutdown()
    thread.join()
    sentry.server.server_close()


def test_failure_arrives(start, sentry, client):
    """Under the project and key of the DSN, with the ids of the answer, clean."""
    start(dsn=sentry.dsn, transport=None)

    response = client.get("/broken/")

    (event,) = sentry.events
    path, headers, body = sentry.requests[0]
    assert path == "/api/7/envelope/"
    assert "sentry_key=0123abcd" in headers["X-Sentry-Auth"]
    assert event["tags"]["error_id"] == response["X-Error-ID"]
    assert event["environment"] == "production"
    assert b"hunter2" not in body


def test_dsn_comes_from_the_environment(start, sentry, monkeypatch):
    """SENTRY_DSN, as Sentry's manual says."""
    monkeypatch.setenv("SENTRY_DSN", sentry.dsn)
    start(transport=None)

    assert fireline.report(ValueError("x")).is_told
    assert len(sentry.events) == 1


def test_both_get_the_same_event(start, sentry, settings, tmp_path):
    """Sentry over the socket, the tracker in the spool."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL": str(tmp_path / "spool")}
    start(dsn=sentry.dsn, transport=None, tracker=True)

    fireline.report(ValueError("x"))

    (taken,) = spool().take(10)
    (item,) = envelope.read(taken.entry.envelope).items
    assert orjson.loads(item.payload) == sentry.events[0]


def test_tracker_is_not_budgeted(start, sentry, settings, tmp_path):
    """What Sentry does not get any more, the tracker has; so people are told."""
    settings.FIRELINE = {
        **settings.FIRELINE,
        "TRACKER_SPOOL": str(tmp_path / "spool"),
        "RUN_DIRECTORY": str(tmp_path),
    }
    start(dsn=sentry.dsn, transport=None, tracker=True, errors_per_month=1)

    told = [fireline.report(f"failure {number}").is_told for number in range(3)]

    assert told == [True, True, True]
    assert len(sentry.events) == 1
    assert len(spool().take(10)) == 3


def test_sentry_that_is_away_hurts_nobody(start, sentry, client):
    """The answer does not wait for it."""
    sentry.status = 500
    start(dsn=sentry.dsn, transport=None)

    assert client.get("/works/").status_code == 200
    assert client.get("/broken/").status_code == 500
    assert len(sentry.events) == 1
