"""Retention on a real SQLite file and a real PostgreSQL."""

from datetime import timedelta
from pathlib import Path

from django.db import connections
from django.test import override_settings
from django.utils import timezone

from fireline.tracker.models import Chore, Event, Issue, Project
from fireline.tracker.retention import crowded, rounds, step
from tests.tracker import elsewhere


def fill(count, size=3_000):
    """An issue of these events, a minute apart, since yesterday."""
    now = timezone.now()
    project = Project.objects.create(name="shop")
    issue = Issue.objects.create(
        project=project, level="error", first_seen_at=now, last_seen_at=now, event_count=count
    )
    Event.objects.bulk_create(
        Event(
            project=project, issue=issue, event_id=f"{number:032x}", outcome=3,
            received_at=now - timedelta(days=1, minutes=number), occurred_at=now, level="error",
            payload=bytes([number % 250]) * size,
        )
        for number in range(count)
    )  # fmt: skip
    return issue


def test_file_shrinks(sqlite, django_db_blocker):
    """What was deleted goes back to the disk, step by step; a fifth stays for the events to come."""
    settings = sqlite()
    with elsewhere.tables(settings, django_db_blocker):
        issue = fill(2_000)
        path = Path(settings["NAME"])
        _checkpoint()
        before = path.stat().st_size

        with override_settings(FIRELINE={"TRACKER_EVENTS_PER_ISSUE": 200}):
            steps = list(rounds.whole())
        _checkpoint()

        assert issue.events.count() == 200
        assert path.stat().st_size < before / 3
        assert max(step.rows for step in steps) <= 500


def test_file_is_in_the_mode_that_was_asked_for(tmp_path, django_db_blocker):
    """WAL, space that can be given back, and whoever writes says so at once."""
    with elsewhere.tables(elsewhere.sqlite(tmp_path), django_db_blocker):
        with connections[elsewhere.ALIAS].cursor() as cursor:
            told = {
                name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "auto_vacuum", "synchronous", "foreign_keys")
            }

        assert told == {
            "journal_mode": "wal",
            "auto_vacuum": 2,
            "synchronous": 1,
            "foreign_keys": 1,
        }
        assert connections[elsewhere.ALIAS].transaction_mode == "IMMEDIATE"


def test_postgresql(postgresql, django_db_blocker, monkeypatch):
    """The same round there, by steps, and by one process of all; and with too many issues."""
    with elsewhere.tables(postgresql(), django_db_blocker):
        issue = fill(1_500)

        with override_settings(FIRELINE={"TRACKER_EVENTS_PER_ISSUE": 100, "TRACKER_MB": 0.25}):
            taken = []
            while not (removed := step(200)).is_over:
                taken.append(removed.events)

        assert sum(taken) == 1_500 - issue.events.count()
        assert max(taken) <= 200
        assert 60 < issue.events.count() < 80
        assert Chore.objects.get(name="retention").due_at > timezone.now()

        monkeypatch.setattr(crowded, "MOST_ISSUES", 0)
        Issue.objects.update(last_seen_at=timezone.now() - timedelta(hours=2))
        gone = sum(removed.rows for removed in rounds.whole())
        assert gone > 60
        assert not Issue.objects.exists()


def _checkpoint():
    with connections[elsewhere.ALIAS].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
