"""The tracker in /health/ and /metrics/, and what `check` says of half a tracker."""

from contextlib import suppress
from time import time
from uuid import uuid4

import pytest
import sentry_sdk
from django.core.checks import run_checks
from django.db import connections
from django.test import override_settings

from fireline import tracking
from fireline.health import Status, names
from fireline.metrics import families_now
from fireline.tracker.envelope import Envelope, Item, written
from fireline.tracker.spool import Entry, FullError, spool
from fireline.tracker.transport import SpoolTransport
from fireline.tracker.worker import turns
from tests.metrics.reading import Reading


@pytest.fixture(autouse=True)
def own_spool(tmp_path):
    """A small spool that nobody else puts into."""
    given = {"SERVICE": "crm", "TRACKER_SPOOL": str(tmp_path / "spool"), "TRACKER_SPOOL_MB": 1}
    with override_settings(FIRELINE=given):
        yield


def put(age=0.0, payload=b"{}", project="crm"):
    """Accept an event that came so many seconds ago."""
    items = (Item(header={"type": "event"}, payload=payload),)
    entry = Entry(
        id=uuid4().hex, project=project, key="", received_at=time() - age, is_scrubbed=True,
        envelope=written(Envelope(header={}, items=items)),
    )  # fmt: skip
    spool().put(entry)


def figures():
    """What a scrape finds now."""
    queue = tracking.Queue()
    return {family.name: family.samples[0].value for family in queue.collect()}


def test_it_is_a_check_of_health():
    """Where the app is installed."""
    tracking.install()  # tests of health may have forgotten it

    assert "tracker" in names()


def test_empty_spool_is_healthy():
    """Nothing waits."""
    reading = tracking.ask()

    assert reading.status == Status.HEALTHY
    assert reading.details["queue_depth"] == reading.details["lag_seconds"] == 0


def test_events_that_wait_too_long_degrade():
    """Nobody digests them; nothing is lost so far."""
    put(age=600)
    put()

    reading = tracking.ask()

    assert reading.status == Status.DEGRADED
    assert reading.message == "Events wait to be digested for 600 s"
    assert reading.details["queue_depth"] == 2


def test_full_spool_is_unhealthy():
    """Events are refused now."""
    with suppress(FullError):
        while True:
            put(payload=b'"%s"' % (b"x" * 20_000))

    reading = tracking.ask()

    assert reading.status == Status.UNHEALTHY
    assert reading.details["queue_used_percent"] > 90


def test_spool_without_room_for_others_degrades():
    """What other services send is refused already, the service's own events are not."""
    while tracking.ask().details["queue_used_percent"] < 85:
        put(payload=b'"%s"' % (b"x" * 20_000))

    reading = tracking.ask()

    assert reading.status == Status.DEGRADED
    assert "own events alone" in reading.message


def test_queue_is_told_at_each_scrape():
    """Depth, bytes and lag, as the spool is now."""
    put(age=30)

    told = figures()

    assert told["fireline_tracker_queue_depth"] == 1
    assert told["fireline_tracker_queue_bytes"] > 50
    assert 30 <= told["fireline_tracker_lag_seconds"] < 60


def test_queue_stands_among_the_families():
    """Of /metrics/; once."""
    found = [family.name for family in families_now()]

    assert found.count("fireline_tracker_queue_depth") == 1


def test_broken_spool_hides_no_other_figure():
    """It has no figures then, and says so in the log."""
    with override_settings(FIRELINE={"TRACKER_SPOOL": "/dev/null/nowhere"}):
        assert figures() == {}


@pytest.mark.django_db(transaction=True)
def test_digested_is_counted():
    """By what became of it."""
    before = Reading(families_now())
    put(payload=b'{"event_id": "%s"}' % uuid4().hex.encode())
    put(payload=b'{"event_id": "%s"}' % (b"a" * 32))
    put(payload=b'{"event_id": "%s"}' % (b"a" * 32))
    put(project="999999")

    turns.Turns(turns.ALONE).take()

    after = Reading(families_now())
    counted = {
        outcome: after.total("fireline_tracker_digested_total", outcome=outcome)
        - before.total("fireline_tracker_digested_total", outcome=outcome)
        for outcome in ("stored", "repeated", "unknown_project", "set_aside")
    }
    assert counted == {"stored": 2, "repeated": 1, "unknown_project": 1, "set_aside": 0}


def findings(*, deploy=True, **changed):
    """The ids of what the checks of the tracker find."""
    with override_settings(**changed):
        found = run_checks(tags=["fireline"], include_deployment_checks=deploy)
    ours = {
        f"fireline.{level}{number}" for level in "EW" for number in ("035", "036", "037", "038")
    }
    return {message.id for message in found} & ours


@pytest.fixture
def captured():
    """A service that has called `fireline.sentry.init`."""
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(
            sentry_sdk.Client(transport=SpoolTransport({}), default_integrations=False)
        )
        yield


def test_wired_tracker_has_no_findings(captured):
    """Nor has it without `--deploy`."""
    assert findings() == set()
    assert findings(deploy=False) == set()


def test_tracker_that_hears_of_nothing():
    """Said for a deployment only: other services may send here."""
    assert findings() == {"fireline.W035"}
    assert findings(deploy=False) == set()


def test_client_of_the_project_alone():
    """The project has called `sentry_sdk.init`, and nobody has told its client of the tracker."""
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(
            sentry_sdk.Client(dsn="http://key@127.0.0.1:9/1", default_integrations=False)
        )

        assert findings() == {"fireline.W035"}


def test_nobody_digests(captured):
    """A word that there is not, and one that leaves it to others."""
    assert findings(FIRELINE={"TRACKER_DIGEST": "off"}) == {"fireline.W037"}
    assert findings(FIRELINE={"TRACKER_DIGEST": "of"}, deploy=False) == {"fireline.E035"}


def test_project_that_looks_like_a_number(captured):
    """Its events would be another project's, or nobody's."""
    assert findings(FIRELINE={"SERVICE": "42"}, deploy=False) == {"fireline.E038"}
    assert findings(FIRELINE={"SERVICE": "42", "TRACKER_PROJECT": "shop"}, deploy=False) == set()


def test_events_that_nobody_keeps(captured, settings):
    """The SDK is set up, and there is neither a tracker nor a DSN."""
    installed = [app for app in settings.INSTALLED_APPS if app != "fireline.tracker"]

    assert findings(INSTALLED_APPS=installed) == {"fireline.W038"}


@pytest.mark.parametrize(
    ("vendor", "can_return", "expected"),
    [
        ("mysql", True, {"fireline.E037"}),
        ("sqlite", False, {"fireline.E037"}),
        ("postgresql", True, set()),
    ],
)
def test_database_that_cannot_digest(captured, monkeypatch, vendor, can_return, expected):
    """MySQL, and SQLite of old systems: told at start, not when events are in the spool."""
    connection = connections["default"]
    monkeypatch.setattr(connection, "vendor", vendor)
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", can_return)

    assert findings(deploy=False) == expected


def test_database_without_its_router(captured, settings, monkeypatch):
    """A file of its own was meant, and the tables are in the default database."""
    monkeypatch.setitem(settings.DATABASES, "tracker", settings.DATABASES["default"])

    assert findings(deploy=False) == {"fireline.W036"}
