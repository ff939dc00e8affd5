"""What the service itself captures goes into the spool, and nothing of that hurts the service."""

import logging
import os

import orjson
import pytest
import sentry_sdk
from django.test import override_settings
from sentry_sdk.envelope import Envelope, Item
from sentry_sdk.transport import Transport

import fireline
from fireline.tracker import envelope, transport
from fireline.tracker.spool import FullError, spool
from fireline.tracker.transport import SpoolTransport


@pytest.fixture
def place(settings, tmp_path):
    """A spool of its own."""
    settings.FIRELINE = {
        **settings.FIRELINE,
        "TRACKER_SPOOL": str(tmp_path / "spool"),
        "TRACKER_PROJECT": "shop",
    }
    yield tmp_path / "spool"
    spool().close()


@pytest.fixture
def tracker(start, place):
    """The SDK, set up without a DSN."""
    return start(tracker=True, transport=None)


@pytest.fixture
def lost(monkeypatch):
    """What the transport says is lost."""
    lost = []
    monkeypatch.setattr(transport, "LOST", [lambda *said: lost.append(said)])
    return lost


def spooled():
    """The envelopes that wait."""
    return [envelope.read(taken.entry.envelope) for taken in spool().take(1000)]


def small(**event):
    """An envelope of one event."""
    made = Envelope(headers={"event_id": "a" * 32})
    made.add_event({"message": "x", **event})
    return made


def test_failure_lands_in_the_spool(tracker, client):
    """Without a DSN, in the project that the settings name, and clean."""
    response = client.get("/broken/")

    (taken,) = spool().take(10)
    entry = taken.entry
    assert (entry.project, entry.key, entry.is_scrubbed) == ("shop", "", True)
    (item,) = envelope.read(entry.envelope).items
    event = orjson.loads(item.payload)
    assert item.type == "event"
    assert event["tags"]["error_id"] == response["X-Error-ID"]
    assert b"hunter2" not in entry.envelope


def test_service_is_the_project_where_none_is_named(start, place, settings):
    """One service, one project."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_PROJECT": ""}
    start(tracker=True, transport=None)

    fireline.report(ValueError("x"))

    assert spool().take(10)[0].entry.project == "crm"


def test_both_get_it(start, place):
    """With a transport of Sentry's and the tracker, each gets the same event."""
    kept = start(tracker=True)

    report = fireline.report(ValueError("x"))

    (one,) = spooled()
    assert orjson.loads(one.items[0].payload)["event_id"] == kept.event["event_id"]
    assert report.is_told


def test_attachments_and_transactions_go_along(tracker):
    """Whatever the SDK has put into one envelope."""
    with sentry_sdk.new_scope() as scope:
        scope.add_attachment(bytes=b"\x00\xff\n", filename="core")
        sentry_sdk.capture_message("x")

    (one,) = spooled()
    assert [item.type for item in one.items] == ["event", "attachment"]
    assert one.items[1].payload == b"\x00\xff\n"


def test_full_spool_drops_and_counts(place, lost, monkeypatch, caplog):
    """The service goes on; it is said once a minute."""

    class Full:
        def put(self, entry):
            raise FullError("full")

    monkeypatch.setattr(transport, "spool", Full)
    taking = SpoolTransport()

    with caplog.at_level(logging.ERROR, "fireline.tracker"):
        for _ in range(5):
            taking.capture_envelope(small())

    assert lost == [("queue_overflow", "error", 1)] * 5
    assert len(caplog.records) == 1


def test_failure_is_not_told_where_it_is_lost(start, place, monkeypatch):
    """The page must not say that somebody was notified."""

    class Broken:
        def put(self, entry):
            raise OSError("no space left on device")

    monkeypatch.setattr(transport, "spool", Broken)
    start(tracker=True, transport=None)

    assert not fireline.report(ValueError("x")).is_told


@pytest.mark.parametrize("error", [OSError("disk"), RuntimeError("bug"), MemoryError()])
def test_nothing_is_raised(place, lost, monkeypatch, error):
    """Whatever the spool does."""

    def broken():
        raise error

    monkeypatch.setattr(transport, "spool", broken)

    SpoolTransport().capture_envelope(small())

    assert len(lost) == 1


def test_other_transport_that_fails_hurts_nobody(place):
    """The spool still has it."""

    class Broken(Transport):
        def capture_envelope(self, envelope):
            raise RuntimeError("bug")

    SpoolTransport(to_sentry=Broken()).capture_envelope(small())

    assert len(spooled()) == 1


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("half a pair \ud800", id="surrogate"),
        pytest.param({(1, 2): "half a pair \ud800"}, id="tuple-as-key"),
        pytest.param(2**70, id="integer"),
        pytest.param({1: "x"}, id="key"),
        pytest.param(object(), id="object"),
        pytest.param(float("nan"), id="nan"),
    ],
)
def test_odd_values_are_written(place, value):
    """What has no JSON is written as a text, not lost."""
    SpoolTransport().capture_envelope(small(extra={"value": value}))

    (one,) = spooled()
    assert b'"message"' in one.items[0].payload


def test_without_the_tracker_nothing_is_captured(start, place):
    """No DSN and no app: nobody is told, and no event is made."""
    with override_settings(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "fireline"]
    ):
        made = []
        start(tracker=True, transport=None, before_send=lambda event, hint: made.append(event))

        report = fireline.report(ValueError("x"))

    assert made == []
    assert not report.is_told
    assert not place.exists()


def test_child_of_a_fork_puts_too(tracker):
    """As the workers of a server that loads the application first."""
    fireline.report(ValueError("parent"))
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            fireline.report(KeyError("child"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    fireline.report(ValueError("parent again"))

    assert len(spooled()) == 3


def test_what_the_sdk_drops_is_counted(start, place, lost):
    """A hook of the project's, a sample rate."""
    start(tracker=True, transport=None, before_send=lambda event, hint: None)
    transport.LOST.append(lambda *said: lost.append(said))

    fireline.report(ValueError("x"))

    assert ("before_send", "error", 1) in lost


def test_item_without_json_is_handed_on(place):
    """Bytes stay bytes."""
    made = Envelope(items=[Item(payload=b"\x01\x02", type="session")])

    SpoolTransport().capture_envelope(made)

    assert spooled()[0].items[0].payload == b"\x01\x02"
