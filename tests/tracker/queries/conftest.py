"""A tracker with two thousand events, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from fireline.tracker.models import Event, Issue, Project, Status
from tests.tracker import elsewhere

START = datetime(2026, 11, 1, tzinfo=UTC)


def fill(issues: int = 200, events: int = 2_000) -> Project:
    """A project; its first issue has every third event, and all that happened at once."""
    project = Project.objects.create(name="shop")
    Issue.objects.bulk_create(
        Issue(
            project=project,
            status=list(Status)[number % 3],
            level="error",
            type=f"Error{number}",
            first_seen_at=START,
            last_seen_at=START + timedelta(minutes=number // 2),
            event_count=1,
        )
        for number in range(issues)
    )
    first = Issue.objects.earliest("pk").pk
    Event.objects.bulk_create(
        Event(
            project=project,
            issue_id=first + (0 if number % 3 == 0 else number % issues),
            event_id=f"{number:032x}",
            outcome=3,
            received_at=START + timedelta(seconds=number // 4),
            occurred_at=START,
            error_id=f"error_{number}",
            correlation_id=f"request-{number // 2}",
            level="error",
            payload=b"payload",
        )
        for number in range(events)
    )
    return project


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: Any, django_db_blocker: Any) -> Iterator[Project]:
    """The project, in each of the databases; made once, for nobody changes it."""
    new = request.getfixturevalue(request.param)
    with elsewhere.tables(new(), django_db_blocker):
        project = fill()
        with connections[elsewhere.ALIAS].cursor() as cursor:
            cursor.execute("ANALYZE")
        yield project


@pytest.fixture
def database(shop: Project) -> Any:
    """The connection that is asked."""
    return connections[elsewhere.ALIAS]
