"""From a request to a row: what fails in the service is found by its ids, in one issue."""

import pytest

import fireline
from fireline.tracker.digest import digest
from fireline.tracker.models import Event, Issue
from fireline.tracker.spool import spool

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracker(start, settings, tmp_path):
    """The SDK without a DSN, and a spool of its own."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL": str(tmp_path / "spool")}
    yield start(tracker=True, transport=None)
    spool().close()


def test_failure_is_stored_under_its_ids(tracker, client):
    """The correlation id of the answer finds it; a second one is in the same issue."""
    first, second = client.get("/broken/"), client.get("/broken/")

    digest(spool(), limit=100)

    (issue,) = Issue.objects.all()
    stored = {event.error_id: event for event in Event.objects.filter(issue_id=issue.pk)}
    assert stored.keys() == {first["X-Error-ID"], second["X-Error-ID"]}
    assert stored[first["X-Error-ID"]].correlation_id == first["X-Correlation-ID"]


def test_failures_of_two_places_are_two_issues(tracker, client):
    """Grouped by their frames."""
    client.get("/broken/")
    fireline.report(ValueError("elsewhere"))
    fireline.report("Stock is negative")

    digest(spool(), limit=100)

    assert Issue.objects.count() == 3
