"""`manage.py fireline_events`."""

import json
from datetime import timedelta
from io import StringIO
from time import time
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from fireline.tracker.models import Event, Issue, Project
from fireline.tracker.spool import Entry, spool

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_spool(tmp_path):
    """A spool that nobody else puts into."""
    with override_settings(
        FIRELINE={
            "SERVICE": "crm",
            "TRACKER_SPOOL": str(tmp_path / "spool"),
            "TRACKER_DIGEST": "off",
        }
    ):
        yield


@pytest.fixture
def three():
    """Events of two projects; what they say is an attacker's."""
    now = timezone.now()
    for number, (name, age) in enumerate([("shop", 30), ("blog", 3), ("shop", 1)]):
        project, _ = Project.objects.get_or_create(name=name)
        issue = Issue.objects.create(
            project=project, level="error", type="KeyError", message=f"\x1b[2J{number}\nroot: yes",
            first_seen_at=now, last_seen_at=now,
        )  # fmt: skip
        Event.objects.create(
            project=project, issue=issue, event_id=f"{number:032x}", outcome=1, level="error",
            received_at=now - timedelta(hours=age), occurred_at=now,
            error_id=f"error_{number}" if number else "", correlation_id=f"request-{number}",
            payload=b"",
        )  # fmt: skip


def said(*arguments):
    """What it prints: to be read by a program, and by a person."""
    out, err = StringIO(), StringIO()
    call_command("fireline_events", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def numbers(*arguments):
    lines = said("--format", "jsonl", *arguments)[0].splitlines()
    return [int(json.loads(line)["event_id"], 16) for line in lines]


def test_line_for_each_event(three):
    """Its ids, under the names of the columns."""
    lines = said("--format", "jsonl")[0].splitlines()

    assert json.loads(lines[1]) == {
        "event_id": f"{1:032x}",
        "issue": Event.objects.get(event_id=f"{1:032x}").issue_id,
        "project": "blog",
        "error_id": "error_1",
        "correlation_id": "request-1",
    }
    assert numbers() == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--project", "shop"], [0, 2], id="project"),
        pytest.param(["--project", "nobody"], [], id="unknown-project"),
        pytest.param(["--since", "4h"], [1, 2], id="hours"),
        pytest.param(["--since", "90m"], [2], id="minutes"),
        pytest.param(["--since", "2d"], [0, 1, 2], id="days"),
        pytest.param(["--since", "2000-01-01"], [0, 1, 2], id="date"),
        pytest.param(["--since", "2100-01-01T10:00+02:00"], [], id="iso"),
        pytest.param(["--correlation-id", "request-1"], [1], id="correlation-id"),
        pytest.param(["--error-id", "error_2"], [2], id="error-id"),
        pytest.param(["--error-id", "error_2", "--project", "blog"], [], id="both"),
        pytest.param(["error_2"], [2], id="any-id-of-a-failure"),
        pytest.param(["request-0"], [0], id="any-id-of-a-request"),
        pytest.param([f"{1:032x}"], [1], id="any-id-of-an-event"),
        pytest.param(["error"], [], id="half-an-id"),
        pytest.param(["--limit", "2"], [1, 2], id="limit"),
        pytest.param(["--limit", "9"], [0, 1, 2], id="high-limit"),
    ],
)
def test_choice(three, arguments, expected):
    """By project, time and id."""
    assert numbers(*arguments) == expected


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "5x", ""])
def test_wrong_time(since):
    """It says what would be right."""
    with pytest.raises(CommandError, match="Give 30m, 2h, 7d"):
        said("--since", since)


def test_table_is_for_people(three):
    """The newest first, a line each; what an event says moves no cursor and makes no line."""
    table, notes = said()

    lines = table.splitlines()
    assert (
        lines[0].split() == "received project issue what error id correlation id event id".split()
    )
    assert [line[-1] for line in lines[1:]] == ["2", "1", "0"]
    assert "KeyError:  [2J2 root: yes" in lines[1]
    assert "\x1b" not in table
    assert not notes


def test_times_without_zones(settings, request):
    """A project with USE_TZ = False reads and chooses its events, too."""
    settings.USE_TZ = False
    request.getfixturevalue("three")

    lines, _ = said("--since", "2h")

    assert len(lines.splitlines()) == 2
    assert numbers("--since", (timezone.now() - timedelta(hours=2)).isoformat()) == [2]


def test_table_says_what_it_leaves_out(three):
    """And how to see it."""
    table, notes = said("--limit", "2")

    assert len(table.splitlines()) == 3
    assert "The newest 2 of 3 events. --limit 0 prints all." in notes


def test_nothing_stored():
    """A table says so in words, a program reads no line."""
    assert said()[0] == "No event is stored.\n"
    assert not said("--format", "jsonl")[0]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["error_9"], "No stored event has the id error_9; the log may", id="id"),
        pytest.param(["--since", "0s"], "No stored event fits.\n", id="time"),
        pytest.param(
            ["--project", "shpo"],
            "There is no project 'shpo'. Take one of: blog, shop.",
            id="project",
        ),
    ],
)
def test_nothing_fits(three, arguments, text):
    """Events there are, and why none is shown."""
    assert said(*arguments)[0].startswith(text)


@pytest.mark.parametrize("command", ["fireline_events", "fireline_dsn"])
def test_tables_that_nobody_has_made(monkeypatch, command):
    """One line says how they are made."""
    monkeypatch.setattr(Event._meta, "db_table", "no_such_table")
    monkeypatch.setattr(Project._meta, "db_table", "no_such_table")

    with pytest.raises(CommandError, match="was `manage.py migrate` run"):
        call_command(command)


@pytest.mark.parametrize(("count", "text"), [(1, "1 event waits"), (3, "3 events wait")])
def test_what_waits_is_told(three, count, text):
    """On standard error: the events are not in the database yet."""
    for _ in range(count):
        entry = Entry(
            id=uuid4().hex, project="crm", key="", received_at=time(), is_scrubbed=True,
            envelope=b"{}\n",
        )  # fmt: skip
        spool().put(entry)

    lines, notes = said("--format", "jsonl")

    assert notes == f"{text} in the spool.\n"
    assert len(lines.splitlines()) == 3


def test_broken_spool_hides_no_event(three):
    """The events are printed, and why the spool says nothing."""
    with override_settings(FIRELINE={"TRACKER_SPOOL": "/dev/null/nowhere"}):
        lines, notes = said("--format", "jsonl")

    assert len(lines.splitlines()) == 3
    assert "What waits in the spool cannot be told" in notes
