"""A tracker with issues and events, made by hand."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from fireline.tracker.models import Event, Issue, Project
from fireline.tracker.retention import rounds, thinned


@pytest.fixture(autouse=True)
def new_process() -> None:
    """No round that another test has begun."""
    rounds._round, rounds._due_at = None, 0.0
    thinned._stored.clear()


@pytest.fixture
def project(db: Any) -> Project:
    """A service."""
    return Project.objects.create(name="shop")


class Stored:
    """Issues with events of these ages, in hours."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.now = timezone.now()

    def __call__(self, ages: Iterable[float], size: int = 10) -> Issue:
        times = [self.now - timedelta(hours=age) for age in ages]
        issue = Issue.objects.create(
            project=self.project,
            level="error",
            first_seen_at=min(times),
            last_seen_at=max(times),
            event_count=len(times),
        )
        Event.objects.bulk_create(
            Event(
                project=self.project,
                issue=issue,
                event_id=f"{issue.pk:08x}{place:024x}",
                outcome=3,
                received_at=time,
                occurred_at=time,
                level="error",
                payload=b"x" * size,
            )
            for place, time in enumerate(times)
        )
        return issue

    def ages(self, issue: Issue) -> list[float]:
        """Of the events that are left, in hours, the oldest first."""
        times: list[datetime] = list(
            issue.events.order_by("received_at").values_list("received_at", flat=True)
        )
        return [round((self.now - time).total_seconds() / 3600, 3) for time in times]


@pytest.fixture
def stored(project: Project) -> Stored:
    """Makes them."""
    return Stored(project)


@pytest.fixture
def swept() -> Callable[..., dict[str, int]]:
    """Does a whole round, and says what it took."""

    def sweep(limit: int = 500) -> dict[str, int]:
        steps = list(rounds.whole(limit))
        return {
            "steps": len(steps),
            "events": sum(step.events for step in steps),
            "rows": sum(step.rows for step in steps),
            "most": max((step.rows for step in steps), default=0),
        }

    return sweep
