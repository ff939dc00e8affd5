"""What a test of accepting needs: a key, a spool, and what lies in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from fireline.tracker import envelope
from fireline.tracker.envelope import Envelope
from fireline.tracker.ingest import room, told
from fireline.tracker.ingest.keys import Admission, keys
from fireline.tracker.spool import Entry, Spool, spool
from tests.settings import FIRELINE

KEY = "0123456789abcdef0123456789abcdef"
EVENT_ID = "a" * 32


@pytest.fixture
def spooled(tmp_path: Path, settings) -> Iterator[Spool]:
    """The spool of this test, with the tracker's addresses in front of it."""
    settings.ROOT_URLCONF = "tests.tracker.ingest.urls"
    places = {"TRACKER_SPOOL": str(tmp_path / "spool"), "RUN_DIRECTORY": str(tmp_path / "run")}
    settings.FIRELINE = {**FIRELINE, **places}
    told._refusals.told.clear()
    room._full_until.clear()
    keys.forget()
    yield spool()
    keys.forget()


def know(*admissions: Admission) -> None:
    """Let these be the keys, as if they had been read from the database just now."""
    keys._book = {each.key: each for each in admissions}
    keys._read_at = float("inf")


class Sender:
    """A client with a key, and what has come of what it sent."""

    def __init__(self, client: Client, spooled: Spool) -> None:
        self.client = client
        self.spooled = spooled

    def send(self, body: bytes, to: str = "envelope", project: str = "7", **more):
        """The answer to this body."""
        headers = {"X-Sentry-Auth": f"Sentry sentry_version=7, sentry_key={KEY}"}
        headers |= more.pop("headers", {})
        return self.client.post(
            f"/fireline/api/{project}/{to}/",
            body,
            content_type=more.pop("content_type", "application/x-sentry-envelope"),
            headers=headers,
            **more,
        )

    def entries(self) -> list[Entry]:
        """What was accepted."""
        return [taken.entry for taken in self.spooled.take(1000)]

    def envelope(self) -> Envelope:
        """The one envelope that was accepted."""
        (entry,) = self.entries()
        return envelope.read(entry.envelope)


@pytest.fixture
def sender(client: Client, spooled: Spool) -> Sender:
    """A client whose key is known."""
    know(Admission(key=KEY, project="7"))
    return Sender(client, spooled)


def with_event(payload: bytes = b'{"message":"it broke"}', event_id: str = EVENT_ID) -> bytes:
    """An envelope with one event, as an SDK writes it."""
    return b'{"event_id":"%b"}\n{"type":"event","length":%d}\n%b\n' % (
        event_id.encode(),
        len(payload),
        payload,
    )
