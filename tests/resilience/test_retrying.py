"""Any call tried again: how often, after which waits, and what is said of it."""

import asyncio
import functools
import time
from datetime import timedelta

import pytest
import stamina

from fireline import ExternalServiceError
from fireline.resilience import CircuitOpen, retry


class Flaky:
    """A service that fails so often, then works."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    async def later(self, *args, **kwargs):
        return self()


def call(flaky, *args, is_async=False, **how):
    """What the service returns in the end, called through `retry`."""
    how = {"on": OSError, "delay": 0.001, **how}
    if is_async:
        return asyncio.run(retry(**how)(flaky.later)(*args))
    return retry(**how)(flaky)(*args)


both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


# How often


@both
def test_call_that_fails_for_a_moment_succeeds(is_async):
    """Twice it fails, the third attempt is the answer."""
    flaky = Flaky(OSError(), OSError())

    assert call(flaky, is_async=is_async) == "done"
    assert flaky.calls == 3


@both
def test_three_attempts_are_three(is_async, heard):
    """Then the last error comes through, the very object."""
    errors = [OSError(number) for number in range(9)]
    flaky = Flaky(*errors)

    with pytest.raises(OSError) as raised:
        call(flaky, is_async=is_async, attempts=3)

    assert raised.value is errors[2]
    assert flaky.calls == 3
    assert [said["outcome"] for said in heard] == ["again", "again", "failed"]
    assert [said["error"] for said in heard] == errors[:3]


@both
@pytest.mark.parametrize(
    "on",
    [
        pytest.param(ConnectionError, id="class"),
        pytest.param((TimeoutError, ConnectionError), id="tuple"),
        pytest.param(lambda error: isinstance(error, ConnectionError), id="function"),
    ],
)
def test_other_errors_are_let_through_at_once(is_async, on, heard):
    """A bug does not go away by trying."""
    flaky = Flaky(ConnectionRefusedError(), ValueError("bug"))

    with pytest.raises(ValueError):
        call(flaky, is_async=is_async, on=on)

    assert flaky.calls == 2
    assert [said["outcome"] for said in heard] == ["again", "failed"]


def test_success_at_once_is_not_spoken_of(heard, log):
    """Nor is a first failure that is not to be tried again: others report it."""
    call(Flaky())
    with pytest.raises(ValueError):
        call(Flaky(ValueError()))

    assert heard == []
    assert log.lines(logger=".retries") == []


# Which waits


def test_waits_double_and_have_jitter(heard):
    """0.001, 0.002, 0.004 ..., each up to half longer, and none above the longest."""
    with pytest.raises(OSError):
        call(Flaky(*[OSError()] * 9), attempts=7, delay=0.001, delay_max=0.01)

    waits = [said["wait"] for said in heard[:-1]]
    for wait, back_off in zip(waits, [0.001, 0.002, 0.004, 0.008, 0.01, 0.01], strict=True):
        assert back_off <= wait <= back_off * 1.5
    assert len({round(wait / 0.001, 9) for wait in waits}) == 6


@pytest.mark.parametrize(
    "verdict", [0.003, timedelta(milliseconds=3)], ids=["seconds", "timedelta"]
)
def test_function_may_say_how_long_to_wait(heard, verdict):
    """It knows what the other side has asked for."""
    call(Flaky(OSError()), on=lambda error: verdict)

    assert heard[0]["wait"] == 0.003


def test_retry_after_of_the_error_is_waited_for(heard):
    """An ExternalServiceError can bring what the provider has asked for."""
    error = ExternalServiceError("busy", retry_after=0.02)

    call(Flaky(error), on=ExternalServiceError)

    assert heard[0]["wait"] == 0.02


def test_retry_after_of_an_hour_is_a_no(heard):
    """Nobody sleeps for longer than the longest wait; who asks for it gets the error told at once."""
    flaky = Flaky(ExternalServiceError("busy", retry_after=3600))

    with pytest.raises(ExternalServiceError):
        call(flaky, on=ExternalServiceError)

    assert [said["outcome"] for said in heard] == ["out_of_time"]


def test_open_breaker_is_not_tried_again():
    """It says itself that it is no use."""
    flaky = Flaky(CircuitOpen("open", retry_after=0.001))

    with pytest.raises(CircuitOpen):
        call(flaky, on=Exception)

    assert flaky.calls == 1


# Whose time


@both
@pytest.mark.usefixtures("inside_request")
def test_inside_of_a_request_the_error_comes_before_the_wait_that_is_too_long(is_async, heard):
    """Of the waits of 0.3 and 60 s the second would pass the budget of 2 s."""
    flaky = Flaky(*[OSError()] * 9)
    began = time.monotonic()

    with pytest.raises(OSError):
        call(
            flaky,
            is_async=is_async,
            attempts=9,
            delay_max=99,
            on=lambda _: [0.3, 60][flaky.calls - 1],
        )

    assert [said["outcome"] for said in heard] == ["again", "out_of_time"]
    assert time.monotonic() - began < 6


@pytest.mark.usefixtures("inside_request")
def test_budget_is_a_setting_and_counts_from_the_start_of_the_request(settings, heard):
    """What the request has done before is part of it."""
    settings.FIRELINE = {**settings.FIRELINE, "RETRY_BUDGET_SECONDS": 0.8}
    call(Flaky(OSError()), delay=0.001)
    time.sleep(0.8)  # the budget itself is meant to pass

    with pytest.raises(OSError):
        call(Flaky(OSError()), delay=0.001)

    assert [said["outcome"] for said in heard] == ["again", "succeeded", "out_of_time"]


def test_blocking_call_never_sleeps_on_an_event_loop(heard):
    """All others would wait: it fails at once instead."""
    flaky = Flaky(OSError())

    async def handler():
        return retry(on=OSError, delay=5)(flaky)()

    with pytest.raises(OSError):
        asyncio.run(handler())

    assert [said["outcome"] for said in heard] == ["out_of_time"]


def test_blocking_call_may_sleep_in_a_thread_of_an_async_request():
    """`sync_to_async` and `to_thread` are what threads are for."""
    flaky = Flaky(OSError())

    async def handler():
        return await asyncio.to_thread(retry(on=OSError, delay=0.001)(flaky))

    assert asyncio.run(handler()) == "done"


def test_event_loop_goes_on_while_a_call_waits():
    """Another task runs to its end meanwhile."""
    flaky = Flaky(OSError())

    async def main():
        other_is_done = asyncio.Event()

        async def waiting():
            await retry(on=OSError, delay=0.2)(flaky.later)()
            return other_is_done.is_set()

        async def other():
            await asyncio.sleep(0)
            other_is_done.set()

        async with asyncio.TaskGroup() as tasks:
            waiter = tasks.create_task(waiting())
            tasks.create_task(other())
        return waiter.result()

    assert asyncio.run(main())


@pytest.mark.parametrize("seconds", [30, 0], ids=["while-it-runs", "while-it-waits"])
def test_cancelled_call_is_not_tried_again(heard, seconds):
    """Who has cancelled it does not want to wait for the next attempt."""
    outcomes = {30: [], 0: ["again"]}

    async def main():
        is_called = asyncio.Event()

        @retry(on=Exception, delay=20)
        async def hangs():
            is_called.set()
            await asyncio.sleep(seconds)
            raise OSError

        task = asyncio.create_task(hangs())
        await is_called.wait()
        await asyncio.sleep(0.1)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())

    assert [said["outcome"] for said in heard] == outcomes[seconds]


# What is said


@both
def test_retries_are_logged_without_arguments(is_async, log, caplog):
    """Neither what the call was given nor what its error says; stamina's own line is not written."""
    flaky = Flaky(OSError("no route to s3cret"), OSError("s3cret"))

    call(flaky, "s3cret", is_async=is_async, name="bank.transfer")

    lines = log.lines(logger=".retries")
    assert [(line["retry"], line["attempt"], line["outcome"]) for line in lines] == [
        ("bank.transfer", 1, "again"),
        ("bank.transfer", 2, "again"),
        ("bank.transfer", 3, "succeeded"),
    ]
    assert lines[0]["error"] == "OSError"
    assert "s3cret" not in repr(lines)
    assert not [record for record in caplog.records if record.name == "stamina"]


def test_own_use_of_stamina_is_logged_without_arguments_too(caplog):
    """Its own hook would write each of them into the log."""
    flaky = Flaky(OSError())

    @stamina.retry(on=OSError, wait_initial=0.001, wait_jitter=0)
    def pay(token, *, card):
        return flaky()

    pay("s3cret", card="s3cret")

    (record,) = [record for record in caplog.records if record.name == "stamina"]
    assert record.getMessage() == "stamina.retry_scheduled"
    assert "s3cret" not in repr(vars(record))


def test_function_keeps_its_name(heard):
    """For people, for frameworks, and for the log where no other is given."""

    @retry(on=OSError, delay=0.001)
    def fetch_rates():
        """Rates of today."""
        return flaky()

    flaky = Flaky(OSError())
    fetch_rates()

    assert fetch_rates.__name__ == "fetch_rates"
    assert fetch_rates.__doc__ == "Rates of today."
    assert heard[0]["name"].endswith("test_function_keeps_its_name.fetch_rates")


def test_partial_and_object_can_be_tried_again():
    """Whatever can be called, sync or async."""

    class Client:
        def __init__(self):
            self.flaky = Flaky(OSError())

        async def __call__(self):
            return self.flaky()

    assert retry(on=OSError, delay=0.001)(functools.partial(Flaky(OSError()), 1))() == "done"
    assert asyncio.run(retry(on=OSError, delay=0.001)(Client())()) == "done"


def test_receiver_that_fails_hurts_no_retry(heard):
    """The watcher never hurts the watched."""
    from fireline.signals import retried

    def broken(**_):
        raise RuntimeError("broken receiver")

    retried.connect(broken)
    try:
        assert call(Flaky(OSError())) == "done"
    finally:
        retried.disconnect(broken)


def test_stamina_can_switch_it_off():
    """As its manual says, for tests of a service."""
    flaky = Flaky(OSError())
    stamina.set_active(False)
    try:
        with pytest.raises(OSError):
            call(flaky)
    finally:
        stamina.set_active(True)

    assert flaky.calls == 1


# What is refused


@pytest.mark.parametrize(
    "how", [{"attempts": 0}, {"attempts": 2.5}, {"attempts": None}, {"delay": -1}], ids=repr
)
def test_plan_that_cannot_work_is_refused_where_it_is_written(how):
    """Not when the service fails for the first time."""
    with pytest.raises(ValueError):
        retry(on=OSError, **how)


def test_generator_is_refused():
    """What it has given cannot be taken back."""

    def rows():
        yield 1

    with pytest.raises(TypeError, match="cannot be tried again"):
        retry(on=OSError)(rows)
