"""A storm of one failure."""

import os
from time import time
from uuid import uuid4

import pytest
import sentry_sdk

import fireline
from fireline.scope import Scope
from fireline.scope.current import FOLLOWERS, enter, leave
from fireline.sentry import storms, tails
from fireline.tracker.digest import digest
from fireline.tracker.envelope import Envelope, written
from fireline.tracker.models import Count, Event, Issue
from fireline.tracker.spool import Entry, spool
from fireline.tracker.tails import item_of


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = [1000.0]
    for module in ("storms", "tails"):
        monkeypatch.setattr(f"fireline.sentry.{module}.monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def limited(settings):
    settings.FIRELINE = {**settings.FIRELINE, "TRACK_PER_MINUTE": 5}


def fail(text: str = "x") -> fireline.ErrorReport:
    try:
        raise ValueError(text)
    except ValueError as error:
        return fireline.report(error)


def test_storm_is_counted(kept, limited, clock):
    """After so many a minute no event is made; who reads the others has been told."""
    told = [fail(f"number {number}").is_told for number in range(20)]

    assert len(kept.events) == 5
    assert told == [True] * 20


def test_next_event_tells_how_many_were_not(kept, limited, clock):
    """The figure is not lost."""
    for _ in range(20):
        fail()
    clock[0] += 61

    fail()

    assert kept.events[-1]["contexts"]["fireline"]["not_captured"] == 15
    assert "not_captured" not in kept.events[0]["contexts"]["fireline"]


@pytest.mark.parametrize(("limit", "captured"), [(0.5, 1), (10.5, 11), (float("inf"), 20)], ids=str)
def test_limit_is_any_number(kept, settings, clock, limit, captured):
    """Each failure is an event or told of with the next, also where the limit is no whole number or none at all."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACK_PER_MINUTE": limit}
    for _ in range(20):
        fail()
    clock[0] += 61

    fail()

    told = kept.events[-1]["contexts"]["fireline"].get("not_captured", 0)
    assert len(kept.events) == captured + 1
    assert told == 20 - captured


def test_storm_of_somebody_elses_events_is_counted(kept, limited, clock):
    """Whoever captures them."""

    def capture():
        try:
            raise ValueError("x")
        except ValueError as error:
            sentry_sdk.capture_exception(error)

    for _ in range(20):
        capture()
    clock[0] += 61
    capture()

    assert len(kept.events) == 6
    assert kept.events[-1]["contexts"]["fireline"]["not_captured"] == 15


@pytest.fixture
def tracked(start, limited, settings, tmp_path, db):
    """How often its issue has happened, as the tracker has it when all that waits is digested."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL": str(tmp_path / "spool")}
    start(tracker=True)

    def count():
        digest(spool())
        issue = Issue.objects.get()
        days = Count.objects.filter(per="d").values_list("events", flat=True)
        assert set(days) == {issue.event_count}
        return issue.event_count

    return count


def _answered():
    """A request that does not fail."""
    enter(Scope("c-1"))
    leave()


def test_storm_that_nothing_follows_is_told_when_it_is_over(tracked, clock):
    """By the next request that is over, and once."""
    for _ in range(20):
        fail()
    _answered()
    before = tracked()
    clock[0] += 71

    for _ in range(3):
        _answered()

    assert (before, tracked()) == (5, 20)


def test_event_that_follows_tells_alone(tracked, clock):
    """What it says is not told a second time."""
    for _ in range(20):
        fail()
    clock[0] += 61
    fail()
    clock[0] += 71

    _answered()

    assert tracked() == 21


def test_storm_is_told_at_the_end_of_its_process(tracked, clock):
    """However young it is; of an event that was never stored nobody knows where it belongs."""
    for _ in range(20):
        fail()
    storms.storms.became(next(iter(storms.storms.kinds)), "f" * 32)
    tails.tell(float("inf"))
    first = tracked()
    for _ in range(8):
        fail()

    tails.tell(float("inf"))

    assert (first, tracked()) == (5, 13)


def test_storm_of_a_client_tells_nothing(tracked):
    """Who has a key can send no such item: it is known by its name alone, and counts nothing."""
    fail()
    before = tracked()
    event_id = Event.objects.get().event_id
    item = item_of(event_id, 99)
    for key in ("", "a" * 32):
        spool().put(
            Entry(
                id=uuid4().hex, project="crm", key=key, received_at=time(), is_scrubbed=False,
                envelope=written(Envelope(header={}, items=(item,))),
            )
        )  # fmt: skip

    assert (before, tracked()) == (1, 100)


def test_nothing_is_asked_of_requests_before_a_storm(kept, limited, clock):
    """Monitoring costs nothing until it is needed."""
    followers = len(FOLLOWERS)
    for _ in range(5):
        fail()
    quiet = len(FOLLOWERS)
    fail()

    assert (quiet, len(FOLLOWERS)) == (followers, followers + 1)


def test_another_failure_is_not_kept_back(kept, limited, clock):
    """One that fails elsewhere is another."""
    for _ in range(20):
        fail()

    fireline.report(ValueError("elsewhere"))

    assert len(kept.events) == 6


def test_kinds_are_bounded(kept):
    """Texts that a client invents do not fill the memory."""
    for number in range(storms._KINDS_AT_MOST + 50):
        storms.storms.passed(number)

    assert len(storms.storms.kinds) == storms._KINDS_AT_MOST


def test_capture_within_a_capture(kept, limited):
    """A signal, or an object that is collected, may come while the figures are locked."""
    with storms.storms.lock:
        fail("by a signal")

    assert len(kept.events) == 1


def test_forked_child_waits_for_no_lock_of_its_parent(kept):
    """Another thread of the parent has it, which is not there any more."""
    before = storms.storms.lock
    before.acquire()
    child = os.fork()
    if not child:
        os._exit(storms.storms.lock is before)
    before.release()

    assert os.waitpid(child, 0)[1] == 0
