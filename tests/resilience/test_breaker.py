"""A breaker: closed while calls succeed, open while they fail, half-open to see."""

import asyncio
import gc
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from fireline import ExternalServiceError
from fireline.errors import describe
from fireline.resilience import CircuitBreaker, CircuitOpen, State, retry


@pytest.fixture
def breaker():
    """Open after two failures, for as good as ever."""
    return CircuitBreaker("bank", on=OSError, failures=2, recovery=60)


def fail(breaker, error=OSError):
    """One call through it that fails."""
    with pytest.raises(error), breaker:
        raise error


def let_recover(breaker):
    """Have the time of its recovery pass, without waiting for it."""
    breaker._opened_at -= breaker.recovery
    breaker._trial_since -= breaker.recovery


def opened(breaker):
    """The breaker, after as many failures as it takes."""
    for _ in range(breaker.failures):
        fail(breaker)
    return breaker


# Its states


def test_breaker_opens_after_failures_in_a_row(breaker):
    """Then no call goes through."""
    fail(breaker)
    assert breaker.state is State.CLOSED
    fail(breaker)

    assert breaker.state is State.OPEN
    with pytest.raises(CircuitOpen), breaker:
        pytest.fail("went through")


def test_success_forgets_failures(breaker):
    """A service that fails now and then is not down."""
    for _ in range(5):
        fail(breaker)
        with breaker:
            pass

    assert breaker.state is State.CLOSED


def test_other_errors_mean_that_the_service_has_answered(breaker):
    """A refusal is an answer."""
    for _ in range(5):
        fail(breaker)
        fail(breaker, ValueError)

    assert breaker.state is State.CLOSED


def test_open_breaker_is_an_external_failure_with_retry_after(breaker):
    """The client gets 503, and when to come back."""
    with pytest.raises(ExternalServiceError) as raised, opened(breaker):
        pass

    report = describe(raised.value)
    assert (report.code, report.status) == ("EXTERNAL_SERVICE_ERROR", 503)
    assert 50 < report.retry_after.total_seconds() <= 60


def test_one_call_goes_through_when_it_has_recovered(breaker):
    """While it is on its way, the others are still refused; its success closes the breaker."""
    let_recover(opened(breaker))
    assert breaker.state is State.HALF_OPEN

    with breaker:
        with pytest.raises(CircuitOpen), breaker:
            pytest.fail("a second one went through")
        assert breaker.state is State.HALF_OPEN

    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.CLOSED


def test_trial_that_fails_opens_it_again(breaker):
    """For as long as before."""
    let_recover(opened(breaker))

    fail(breaker)

    assert breaker.state is State.OPEN
    assert 50 < breaker.retry_after <= 60


def test_trial_that_is_refused_closes_it(breaker):
    """The service has answered."""
    let_recover(opened(breaker))

    fail(breaker, ValueError)

    assert breaker.state is State.CLOSED


def test_trial_that_never_comes_back_makes_room_for_another(breaker):
    """After another time of recovery; what it says later is of a former age."""
    let_recover(opened(breaker))
    lost = breaker._admit()
    with pytest.raises(CircuitOpen), breaker:
        pass
    let_recover(breaker)

    with breaker:
        breaker._settle(lost, is_success=False)

    assert breaker.state is State.CLOSED


def test_success_of_a_former_age_closes_nothing(breaker):
    """It began while the breaker was closed, and ends when others have opened it."""
    with breaker:
        opened(breaker)

    assert breaker.state is State.OPEN


def test_failure_of_a_former_age_does_not_count(breaker):
    """It began before the service went down, and ends when it is up again."""
    with suppress(OSError), breaker:
        let_recover(opened(breaker))
        with breaker:
            pass
        raise OSError

    fail(breaker)
    assert breaker.state is State.CLOSED


def test_cancelled_trial_makes_room_for_the_next(breaker):
    """It has found out nothing."""
    let_recover(opened(breaker))

    async def trial():
        async with breaker:
            await asyncio.sleep(30)

    async def main():
        task = asyncio.create_task(trial())
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())

    assert breaker.state is State.HALF_OPEN
    with breaker:
        pass
    assert breaker.state is State.CLOSED


# Its shapes


def test_breaker_is_a_decorator(breaker):
    """Of functions and of coroutine functions."""

    @breaker
    def pay(amount):
        raise OSError

    @breaker
    async def pay_later(amount):
        raise OSError

    with pytest.raises(OSError):
        pay(7)
    with pytest.raises(OSError):
        asyncio.run(pay_later(7))

    with pytest.raises(CircuitOpen):
        pay(7)
    with pytest.raises(CircuitOpen):
        asyncio.run(pay_later(7))
    assert pay.__name__ == "pay"


def test_generator_is_refused(breaker):
    """It would go through before it has done anything."""

    def rows():
        yield 1

    with pytest.raises(TypeError, match="with breaker"):
        breaker(rows)


def test_breakers_may_be_nested(breaker):
    """Each counts for itself; also one inside of itself."""
    outer = CircuitBreaker("gateway", on=OSError, failures=1)

    with pytest.raises(OSError), outer, breaker, breaker:
        raise OSError

    assert outer.state is State.OPEN
    assert breaker.state is State.OPEN


def test_retry_around_a_breaker_stops_when_it_opens(breaker):
    """The first two attempts open it, the third is not made."""
    calls = []

    @retry(on=Exception, attempts=9, delay=0.001)
    @breaker
    def pay():
        calls.append(1)
        raise OSError

    with pytest.raises(CircuitOpen):
        pay()

    assert len(calls) == 2


@pytest.mark.parametrize("how", [{"failures": 0}, {"recovery": 0}], ids=repr)
def test_breaker_that_cannot_work_is_refused(how):
    """Where it is written."""
    with pytest.raises(ValueError):
        CircuitBreaker("bank", on=OSError, **how)


# Its limits


def test_one_of_many_threads_tries(breaker):
    """All come at once when the time has passed; one goes through."""
    let_recover(opened(breaker))
    together = threading.Barrier(8)
    is_over = threading.Event()
    went_through = []

    def call(number):
        together.wait(10)
        try:
            with breaker:
                went_through.append(number)
                is_over.wait(10)
        except CircuitOpen:
            return "refused"
        return "through"

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, number) for number in range(8)]
        refused = 0
        until = time.monotonic() + 10
        while refused < 7 and time.monotonic() < until:
            refused = sum(each.done() for each in calls)
            time.sleep(0.005)
        is_over.set()

    assert sorted(each.result() for each in calls) == ["refused"] * 7 + ["through"]
    assert len(went_through) == 1
    assert breaker.state is State.CLOSED


def test_failures_of_many_threads_open_it_once(breaker, heard):
    """100 failures from 8 threads: one change."""
    breaker = CircuitBreaker("shop", on=OSError, failures=50, recovery=60)
    heard.clear()

    def call(_):
        try:
            with breaker:
                raise OSError
        except (OSError, CircuitOpen):
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(100)))

    assert [said["state"] for said in heard] == ["open"]


def test_breaker_takes_no_memory_for_calls(breaker):
    """However many fail or succeed."""
    opened(breaker)
    breaker._opened_at = None

    def objects():
        gc.collect()
        return len(gc.get_objects())

    with breaker:
        pass
    before = objects()
    for _ in range(2000):
        fail(breaker, ValueError)

    assert objects() - before < 100


def test_forked_child_does_not_wait_for_a_lock_of_its_parent(breaker):
    """A thread of the parent may have held it."""
    warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests may be there
    with breaker._lock:
        pid = os.fork()
        if pid == 0:
            with breaker:
                os._exit(7)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


# What is said


def test_changes_are_announced_and_logged(heard, log):
    """From its making on; a log line for each change."""
    breaker = CircuitBreaker("bank", on=OSError, failures=1, recovery=60)
    let_recover(opened(breaker))
    with breaker:
        pass

    assert [said["state"] for said in heard] == ["closed", "open", "half_open", "closed"]
    assert {said["name"] for said in heard} == {"bank"}
    assert 59 < heard[1]["retry_after"] <= 60
    lines = log.lines(logger=".breakers")
    assert [(line["level"], line["message"]) for line in lines] == [
        ("WARNING", "breaker bank is open"),
        ("INFO", "breaker bank is half_open"),
        ("INFO", "breaker bank is closed"),
    ]
