"""A service with the tracker, run by real servers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fireline.tracker import envelope
from fireline.tracker.envelope import Envelope
from fireline.tracker.models import Key, Project
from fireline.tracker.spool.local import LocalSpool
from tests.servers.running import Server, running
from tests.tracker import elsewhere


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


@pytest.fixture(scope="package", params=["uvicorn", "gunicorn"])
def tracker(request, tmp_path_factory, django_db_blocker) -> Iterator[Tracker]:
    """The same service under each kind of server."""
    place: Path = tmp_path_factory.mktemp(request.param)
    script = place / "page.js"
    with elsewhere.tables(elsewhere.sqlite(place), django_db_blocker):
        key = Key.objects.create(project=Project.objects.create(name="shop"))
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.tracker.ingest.served.service",
        "TESTS_SCRIPT": str(script),
        "GUNICORN_CMD_ARGS": "--preload",  # loads it once for its workers
    }
    with running(request.param, place, **environment) as server:
        spool = LocalSpool(place / "tracker.sqlite3.spool", 1024**3)
        yield Tracker(server, spool, key.public_key, key.project_id)
        spool.close()


@pytest.fixture(autouse=True)
def nothing_fails(tracker) -> Iterator[None]:
    """Whatever clients do, the service logs no failure of its own."""
    tracker.envelopes()
    yield
    assert tracker.failures() == []
