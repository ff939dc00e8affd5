"""A storm of one failure."""

import os

import pytest
import sentry_sdk

import fireline
from fireline.sentry import storms


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = [1000.0]
    monkeypatch.setattr("fireline.sentry.storms.monotonic", lambda: clock[0])
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
