"""A server that loads the application first and then forks: every worker's failures are in the spool."""

import os
import time

import httpx
import orjson
import pytest

from fireline.tracker import envelope
from fireline.tracker.spool.local import LocalSpool
from tests import loaded
from tests.servers.running import free_port


@pytest.fixture
def server(tmp_path):
    """Gunicorn with --preload and two workers, and a client for it."""
    port = free_port()
    process = loaded.started(
        *("-m", "gunicorn", "tests.sentry.served:application", "--preload"),
        *("--workers", "2", "--bind", f"127.0.0.1:{port}"),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "",
            "RUN": str(tmp_path / "run"),
            "SPOOL": str(tmp_path / "spool"),
            "SENTRY_DSN": "",
        },
        output=tmp_path / "output",
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"connection": "close"})
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            client.get("/works/")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield client
    client.close()
    process.terminate()
    process.wait(30)


def test_every_worker_captures(server, tmp_path):
    """What was captured before the fork is there as well, once."""
    workers = set()
    ids = []
    until = time.monotonic() + 30
    while len(workers) < 2 and time.monotonic() < until:
        workers.add(server.get("/works/").text)
        answer = server.get("/broken/")
        assert answer.status_code == 500
        ids.append(answer.headers["X-Error-ID"])

    spool = LocalSpool(tmp_path / "spool", 10**8)
    envelopes = [envelope.read(taken.entry.envelope) for taken in spool.take(1000)]
    events = [orjson.loads(one.items[0].payload) for one in envelopes]
    assert {*ids} <= {event["tags"]["error_id"] for event in events}
    assert len(events) == len(ids) + 1
