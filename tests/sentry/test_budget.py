"""What a month of Sentry costs."""

import contextlib
import fcntl
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sentry_sdk
from sentry_sdk.utils import Dsn

import fireline
from fireline.sentry import budget
from tests.instrument import Kept


@pytest.fixture
def tally(settings, tmp_path):
    """A run directory of its own."""
    settings.FIRELINE = {**settings.FIRELINE, "RUN_DIRECTORY": str(tmp_path)}
    (tmp_path / "crm").mkdir()
    return tmp_path / "crm" / "sentry.tally"


@pytest.fixture
def month(monkeypatch):
    """A calendar that stands until it is turned."""
    month = [datetime(2026, 11, 21, tzinfo=UTC)]

    class Clock:
        @staticmethod
        def now(zone):
            return month[0]

    monkeypatch.setattr("fireline.sentry.budget.datetime", Clock)
    return month


def fail(number: int) -> None:
    fireline.report(f"failure {number}")


def test_no_more_than_the_budget_is_sent(start, tally, caplog):
    """What is not sent is counted, told to Sentry, and logged once."""
    kept = start(errors_per_month=3)

    with caplog.at_level(logging.WARNING, "fireline.sentry"):
        told = [fireline.report(f"failure {number}").is_told for number in range(8)]

    assert len(kept.events) == 3
    assert told == [True] * 3 + [False] * 5
    assert kept.lost == [("ratelimit_backoff", "error")] * 5
    assert [record.name for record in caplog.records].count("fireline.sentry") == 1
    assert "budget of 3 errors" in caplog.text


def test_next_month_begins_anew(start, tally, month):
    """By the calendar, in UTC."""
    kept = start(errors_per_month=1)
    fail(1)
    fail(2)
    month[0] = datetime(2026, 12, 1, tzinfo=UTC)

    fail(3)

    assert [event["message"] for event in kept.events] == ["failure 1", "failure 3"]


def test_clock_that_is_set_back_gives_no_second_budget(start, tally, month):
    """It was ahead for a moment, at the end of the month."""
    kept = start(errors_per_month=1)
    month[0] = datetime(2027, 1, 1, tzinfo=UTC)
    fail(1)
    month[0] = datetime(2026, 12, 31, tzinfo=UTC)
    fail(2)
    month[0] = datetime(2027, 1, 1, tzinfo=UTC)
    fail(3)

    assert [event["message"] for event in kept.events] == ["failure 1"]


def test_process_that_was_stopped_holds_nobody_up(start, tally):
    """Whoever has the tally and does not go on: each process counts for itself then."""
    kept = start(errors_per_month=2)
    with tally.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for number in range(3):
            fail(number)

    assert len(kept.events) == 2


def test_child_forked_meanwhile_keeps_no_lock(start, tally, monkeypatch):
    """It has the tally open as long as it lives."""
    start(errors_per_month=2)
    inherited = []
    own = budget._one_more

    def forked(*args):
        for each in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                if each.readlink() == tally:
                    inherited.append(os.dup(int(each.name)))
        return own(*args)

    monkeypatch.setattr(budget, "_one_more", forked)
    fail(1)

    with tally.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert inherited
    for number in inherited:
        os.close(number)


def test_each_dsn_has_a_budget_of_its_own(start, tally):
    """Two services may share a run directory."""
    names = set()
    for project in (1, 2):
        kept = Kept()
        kept.parsed_dsn = Dsn(f"https://key@sentry.example/{project}")
        names.add(budget.Budgeted(kept, {})._name())

    assert len(names) == 2


def test_transactions_have_a_budget_of_their_own(start, tally):
    """Ten thousand where nothing else is said."""
    kept = start(errors_per_month=0, transactions_per_month=2, traces_sample_rate=1.0)

    for _ in range(4):
        with sentry_sdk.start_transaction(name="nightly"):
            pass

    assert len(kept.envelopes) == 2


def test_no_budget(start, tally):
    """None sets no limit, and keeps no tally."""
    kept = start(errors_per_month=None)

    fail(1)

    assert len(kept.events) == 1
    assert not tally.exists()


def test_processes_share_the_budget(start, tally):
    """Two processes with forty each send as many together as one would."""
    code = (
        "from fireline.sentry import budget\n"
        "from sentry_sdk.transport import Transport\n"
        "from sentry_sdk.envelope import Envelope\n"
        "from django.conf import settings\n"
        "import os\n"
        f"settings.configure(FIRELINE={{'SERVICE': 'crm', 'RUN_DIRECTORY': {str(tally.parents[1])!r}}})\n"
        "class Counting(Transport):\n"
        "    sent = 0\n"
        "    def capture_envelope(self, envelope): self.sent += 1\n"
        "os.fork()\n"
        "budget._TRIES = 10_000\n"  # on a busy machine whoever has the lock may have no turn
        "counting = Counting()\n"
        "budgeted = budget.Budgeted(counting, {'errors': 60})\n"
        "envelope = Envelope(); envelope.add_event({})\n"
        "for _ in range(40): budgeted.capture_envelope(envelope)\n"
        "os.write(1, b'%d\\n' % counting.sent)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, timeout=60
    )
    sent = [int(each) for each in done.stdout.split()]

    assert len(sent) == 2
    assert sum(sent) == 60
    assert budget._TALLY.unpack(tally.read_bytes())[1:3] == (60, 20)


def test_directory_that_cannot_be_written(start, tally):
    """Then each process counts for itself."""
    tally.mkdir()
    kept = start(errors_per_month=2)

    for number in range(4):
        fail(number)

    assert len(kept.events) == 2


def test_torn_tally_begins_anew(start, tally):
    """A file that is none of ours stops nothing."""
    tally.write_bytes(b"x")
    kept = start(errors_per_month=2)

    fail(1)

    assert len(kept.events) == 1
