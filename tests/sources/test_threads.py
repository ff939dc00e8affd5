"""What a request starts in other threads bears its correlation id, and nothing else of it."""

import asyncio
import gc
import logging
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from threading import Thread, Timer

import pytest
from asgiref.sync import sync_to_async
from django.test import RequestFactory

import fireline
from fireline import scope
from fireline.scope import Scope
from fireline.sources import threads


def seen():
    """The id that this thread works under, and what else of a scope it sees."""
    here = scope.current()
    return None if here is None else (here.correlation_id, here.request, dict(scope.bound()))


@pytest.fixture
def ask():
    """Do this as a request with this id does."""

    def ask(work, correlation_id="id-1"):
        scope.enter(Scope(correlation_id, RequestFactory().get("/")), {"order": 7})
        try:
            return work()
        finally:
            scope.leave()

    return ask


def in_a_thread(work, make=Thread):
    """What the work returns in a thread of its own."""
    found = []
    thread = make(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


class Runs(Thread):
    """A thread that has a `run` of its own."""

    def __init__(self, target):
        super().__init__()
        self.work = target

    def run(self):
        self.work()


class Timed(Timer):
    def __init__(self, target):
        super().__init__(0.001, target)


@pytest.mark.parametrize("make", [Thread, Runs, Timed])
def test_thread_works_under_the_id(ask, make):
    """Whether it is given its work or has it; the request and what is bound stay behind."""
    assert ask(lambda: in_a_thread(seen, make)) == ("id-1", None, {})


def test_thread_of_a_thread_works_under_the_id(ask):
    """However deep they start each other."""
    assert ask(lambda: in_a_thread(lambda: in_a_thread(seen))) == ("id-1", None, {})


def test_thread_outside_of_a_scope_is_left_alone():
    """There is no id to carry."""
    assert in_a_thread(seen) is None


def test_lines_and_reports_of_a_thread_bear_the_id(ask, reports, log):
    """They are found by the id of the request that has started it."""

    def work():
        logging.getLogger("crm").info("in a thread")
        fireline.report(ValueError())

    ask(lambda: in_a_thread(work))

    assert [line["correlation_id"] for line in log.lines()] == ["id-1", "id-1"]
    assert [report.correlation_id for report in reports] == ["id-1"]


def test_exception_that_nobody_catches_is_told_under_the_id(ask, monkeypatch):
    """When the hook of Python hears of it, the thread is still under the id."""
    heard = []
    monkeypatch.setattr(threading, "excepthook", lambda _: heard.append(seen()))

    def work():
        thread = Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()

    ask(work)

    assert heard == [("id-1", None, {})]


def test_thread_is_freed_with_its_last_reference(ask):
    """Nothing of ours keeps it in a circle that only the collector would find, nor the request."""
    kept = []

    def work():
        kept.append(weakref.ref(scope.current().request))
        thread = Thread(target=list)
        kept.append(weakref.ref(thread))
        thread.start()
        thread.join()

    gc.disable()
    try:
        ask(work)
        assert [reference() for reference in kept] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("is_first", [True, False])
def test_wrap_of_somebody_else_is_called_too(ask, monkeypatch, is_first):
    """Sentry and OpenTelemetry wrap `start` and `run` in the same way, before us or behind us."""
    wrapped = []
    place, name = (threads, "_start") if is_first else (Thread, "start")
    former = getattr(place, name)

    def theirs(thread):
        run = getattr(thread.run, "__func__", thread.run)

        def new_run(*args):
            wrapped.append(thread.name)
            return run(thread, *args[1:])

        thread.run = new_run
        former(thread)

    monkeypatch.setattr(place, name, theirs)

    assert ask(lambda: in_a_thread(seen)) == ("id-1", None, {})
    assert len(wrapped) == 1


def test_job_of_a_pool_works_under_the_id_of_who_gave_it(ask):
    """The workers outlive requests: each job has its own id, and none where there is none."""
    with ThreadPoolExecutor(1) as pool:
        found = [ask(lambda: pool.submit(seen).result(), f"id-{n}") for n in (1, 2)]
        found.append(pool.submit(seen).result())
        found += ask(lambda: list(pool.map(lambda _: seen(), [1])), "id-3")

    assert found == [("id-1", None, {}), ("id-2", None, {}), None, ("id-3", None, {})]


def test_what_a_job_binds_ends_with_it(ask):
    """The thread goes on with other jobs, with and without a request behind them."""

    def job():
        before = scope.bound()
        fireline.bind(step=1)
        return before

    with ThreadPoolExecutor(1) as pool:
        found = [pool.submit(job).result() for _ in range(2)]
        found += [ask(lambda: pool.submit(job).result()) for _ in range(2)]
        found.append(pool.submit(scope.bound).result())

    assert found == [{}] * 5


def test_job_has_its_result_and_its_arguments(ask):
    """As ever; also where its function is odd, and where it fails."""
    with ThreadPoolExecutor(1) as pool:
        assert ask(lambda: pool.submit(divmod, 7, 2).result()) == (3, 1)
        assert ask(lambda: pool.submit(dict, fn=1, function=2).result()) == {"fn": 1, "function": 2}
        with pytest.raises(ZeroDivisionError):
            ask(lambda: pool.submit(lambda: 1 / 0).result())


def test_worker_of_a_pool_carries_nothing(ask):
    """The request that happens to come first does not name it for ever."""
    pools = []

    def work():
        pools.append(ThreadPool(1))
        return pools[0].apply(seen)

    first = ask(work)
    then = pools[0].apply(seen)
    pools[0].terminate()

    assert first is then is None


def test_what_carries_its_context_itself_keeps_it(ask):
    """`sync_to_async` and `to_thread` work in the very scope of the request; other jobs in their own."""

    async def view():
        here = scope.current()
        loop = asyncio.get_running_loop()
        same = [
            await sync_to_async(scope.current)(),
            await sync_to_async(scope.current, thread_sensitive=False)(),
            await asyncio.to_thread(scope.current),
        ]
        return here, same, await loop.run_in_executor(None, seen)

    here, same, other = ask(lambda: asyncio.run(view()))

    assert same == [here] * 3
    assert other == ("id-1", None, {})
