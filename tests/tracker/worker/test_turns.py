"""The loop of a digester: when it looks again, and what it does besides."""

from collections.abc import Iterator, Sequence
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import OperationalError

from fireline.tracker.digest import Digested
from fireline.tracker.retention import Removed
from fireline.tracker.worker import thread, turns
from fireline.tracker.worker.turns import ALONE, BETWEEN, FIRST_PAUSE, IDLE, LONGEST_PAUSE, Turns
from tests.tracker.digest.conftest import told

__all__ = ["told"]


class Work:
    """What the digest and retention do, one after the other."""

    def __init__(self) -> None:
        self.digested: list[Digested | Exception] = []
        self.is_clear = True
        self.steps = 0

    def digest(self, *_: Any) -> Digested:
        result = self.digested.pop(0) if self.digested else Digested()
        if isinstance(result, Exception):
            raise result
        return result

    def step(self) -> Removed:
        self.steps += 1
        return Removed(is_over=self.is_clear)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, db: Any) -> Iterator[Work]:
    """In the place of the digest and of retention."""
    work = Work()
    monkeypatch.setattr(turns, "digest", work.digest)
    monkeypatch.setattr(turns, "spool", lambda: None)
    monkeypatch.setattr(turns.retention, "step", work.step)
    monkeypatch.setattr(turns, "_close_connection", lambda: None)  # it is the test's
    return work


def _pauses(of: Turns, count: int) -> Sequence[float]:
    return [of.take()[1] for _ in range(count)]


def test_full_spool_is_digested_without_a_pause(work: Work) -> None:
    """Batch follows batch while something waits, with a step of retention after each."""
    work.digested = [Digested(taken=1), Digested(taken=1)]

    assert _pauses(Turns(ALONE), 3) == [0, 0, IDLE]
    assert work.steps == 3


def test_retention_goes_on_while_nothing_waits(work: Work) -> None:
    """As long as something is to be deleted the loop comes back soon."""
    work.is_clear = False

    assert _pauses(Turns(ALONE), 2) == [BETWEEN, BETWEEN]


def test_trouble_is_waited_out(work: Work, told: list[str]) -> None:
    """While the database fails the pauses grow up to a limit; one line tells; then all is as before."""
    work.digested = [OperationalError("gone")] * 8
    loop = Turns(ALONE)

    pauses = _pauses(loop, 8)

    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert told == ["The tracker cannot digest now: OperationalError."]
    assert loop.is_in_trouble
    assert _pauses(loop, 1) == [IDLE]
    assert not loop.is_in_trouble


def test_retention_that_fails_stops_no_digest(
    work: Work, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events are digested where nothing can be deleted."""
    monkeypatch.setattr(turns.retention, "step", lambda: 1 / 0)
    work.digested = [Digested(taken=3)]

    digested, pause = Turns(ALONE).take()

    assert (digested.taken, pause) == (3, 0)
    assert told == ["The tracker cannot clear up now: ZeroDivisionError."]


def test_loop_ends_when_it_is_told_to(work: Work) -> None:
    """Also in the middle of a pause it ends at once."""
    stop = Event()
    loop = Thread(target=Turns(ALONE).run, args=[stop])
    loop.start()
    sleep(0.05)

    stop.set()

    loop.join(IDLE - 0.1)
    assert not loop.is_alive()


def test_half_of_the_time_where_others_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment's sleep in each round; as long as a round where other threads have used the CPU."""
    slept: list[float] = []
    now, others = (
        iter([10.0, 10.0001, 10.001, 10.003, 10.004, 10.006, 10.007]),
        iter([0, 0.0, 0.001]),
    )
    monkeypatch.setattr(thread.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(thread.time, "process_time", lambda: next(others))
    monkeypatch.setattr(thread.time, "thread_time", lambda: 0.0)
    monkeypatch.setattr(thread.time, "sleep", slept.append)
    breath = thread.Breath()

    for _ in range(4):
        breath.take()

    assert slept == [thread.NAP, thread.NAP, thread.ROUND]
