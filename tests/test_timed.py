"""Work within a time limit: one run for all who ask, and nobody waits for what hangs."""

import asyncio
import gc
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fireline import timed
from fireline.timed import Timed

LIMIT = 0.2
SLACK = 10


class Work:
    """Work that can be held up; `calls` counts how often it was begun."""

    def __init__(self):
        self.calls = 0
        self.goes_on = threading.Event()
        self.goes_on.set()

    def __call__(self):
        self.calls += 1
        self.goes_on.wait(30)
        return self.calls


@pytest.fixture
def work():
    """Work that ends with the test, whatever happens."""
    work = Work()
    yield work
    work.goes_on.set()


def threads():
    """The threads that do timed work."""
    return [thread for thread in threading.enumerate() if thread.name == "fireline-timed"]


def seconds(function, *args):
    """How long this takes, and what it returns."""
    since = time.monotonic()
    return function(*args), time.monotonic() - since


def eventually(condition):
    """Whether this comes true."""
    until = time.monotonic() + 10
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.005)
    return found


def test_value_and_error_are_found(work):
    """What the work returns, or what it raises."""

    def broken():
        raise KeyError("broken")

    assert Timed(work).ask(5).value == 1
    assert isinstance(Timed(broken).ask(5).error, KeyError)
    assert isinstance(Timed(sys.exit).ask(5).error, SystemExit)


def test_what_was_found_is_kept(work):
    """For as long as the asker likes, and no longer."""
    timed = Timed(work)

    assert [timed.ask(5, keep=60).value, timed.ask(5, keep=60).value] == [1, 1]
    assert timed.ask(5, keep=0).value == 2


def test_run_that_is_over_is_the_same_run(work):
    """Who has started a run gets what it found, also where nothing is kept."""
    run = Timed(work).start()

    assert [run.within(5).value, run.within(5).value, work.calls] == [1, 1, 1]


def test_thousand_askers_share_one_run(work):
    """In threads, all at once."""
    timed = Timed(work)
    work.goes_on.clear()
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(timed.ask, 20, 60) for _ in range(1000)]
        assert eventually(lambda: work.calls == 1)
        work.goes_on.set()

        found = {finding.result().value for finding in asked}

    assert (found, work.calls) == ({1}, 1)


def test_thousand_coroutines_share_one_run(work):
    """In one event loop, which goes on."""

    async def ask_all():
        timed = Timed(work)
        work.goes_on.clear()
        asked = [asyncio.ensure_future(timed.ask_async(20, 60)) for _ in range(1000)]
        await asyncio.sleep(0.01)
        work.goes_on.set()
        return await asyncio.gather(*asked)

    found = asyncio.run(ask_all())

    assert ({finding.value for finding in found}, work.calls) == ({1}, 1)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_hanging_work_costs_its_limit_once(work, is_async):
    """The first asker waits for the limit; while it hangs all others are told so at once."""
    timed = Timed(work)
    work.goes_on.clear()

    def ask():
        return asyncio.run(timed.ask_async(LIMIT)) if is_async else timed.ask(LIMIT)

    first, waited = seconds(ask)
    others, waited_by_others = seconds(lambda: [ask() for _ in range(20)])

    assert LIMIT * 0.9 <= waited < LIMIT * SLACK
    assert waited_by_others < LIMIT * SLACK
    assert {str(finding.error) for finding in [first, *others]} == {"No answer within 0.2 s"}
    assert work.calls == 1
    work.goes_on.set()
    assert eventually(lambda: timed.ask(30).value == 2)


def test_late_finding_is_not_kept(work):
    """Who asks behind it asks anew: what took too long has failed, and says nothing of now."""
    timed = Timed(work)
    work.goes_on.clear()
    timed.ask(LIMIT, keep=60)
    run = timed.start(keep=60, limit=LIMIT)
    work.goes_on.set()
    run.within(10)

    assert timed.start(keep=60, limit=LIMIT).within(10).value == 2


def test_askers_of_hanging_work_leave_nothing_behind(work):
    """A probe every second for a day must not fill the memory."""
    timed = Timed(work)
    work.goes_on.clear()
    timed.ask(LIMIT)
    run = timed.start()

    async def ask_often():
        for _ in range(100):
            await timed.ask_async(LIMIT)

    asyncio.run(ask_often())

    assert run._done_callbacks == []


def test_asker_who_is_cancelled_cancels_nobody_else(work):
    """A client that leaves takes nothing from the others."""

    async def ask_and_leave():
        timed = Timed(work)
        work.goes_on.clear()
        leaves = asyncio.ensure_future(timed.ask_async(20))
        stays = asyncio.ensure_future(timed.ask_async(20))
        await asyncio.sleep(0.01)
        leaves.cancel()
        await asyncio.sleep(0)
        work.goes_on.set()
        return await stays, leaves.cancelled()

    found, has_left = asyncio.run(ask_and_leave())

    assert (found.value, has_left) == (1, True)


def test_hanging_thread_is_left_behind_at_last(work, monkeypatch):
    """
    A connection lost without a word hangs for ever; the work itself may be well again long since.

    Nobody waits again meanwhile, and the patience grows, so that there are few such threads.
    """
    now = [time.monotonic()]
    monkeypatch.setattr(timed, "monotonic", lambda: now[0])
    hanging = Timed(work)
    work.goes_on.clear()
    assert hanging.ask(LIMIT).error
    now[0] += timed.PATIENCE
    assert hanging.ask(LIMIT).error
    assert eventually(lambda: work.calls == 2)

    now[0] += timed.PATIENCE
    _, waited = seconds(hanging.ask, 30)

    assert waited < 30 / SLACK
    assert hanging._patience == 2 * timed.PATIENCE
    assert work.calls == 2

    work.goes_on.set()

    assert eventually(lambda: hanging.ask(30).error is None)
    assert hanging.ask(30).error is None
    assert hanging._patience == timed.PATIENCE


def test_thread_ends_with_its_work(work):
    """Who makes a Timed for each request fills the process with nothing."""
    before = len(threads())
    for _ in range(20):
        Timed(work).ask(5)

    gc.collect()

    assert eventually(lambda: len(threads()) <= before)


def test_error_keeps_no_frames_alive():
    """A connection in a frame of the driver would stay open for as long as the error is kept."""

    class Connection:
        pass

    def broken():
        connection = Connection()
        try:
            raise ValueError(str(connection))
        except ValueError as error:
            raise OSError("broken") from error

    found = Timed(broken).ask(5)

    assert str(found.error) == "broken"
    gc.collect()
    # Not `isinstance`, which evaluates the lazy objects that other tests have left.
    assert not [thing for thing in gc.get_objects() if type(thing) is Connection]


def test_process_without_threads_to_give_says_so(work, monkeypatch):
    """The asker is told; the next may have more luck."""
    timed = Timed(work)

    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert "can't start new thread" in str(timed.ask(5).error)
    monkeypatch.undo()
    assert timed.ask(5).value == 1


FORKS = """
import os, sys, threading, warnings
warnings.simplefilter("ignore")  # of Python 3.12: threads and fork
from fireline.timed import Timed

goes_on = threading.Event()
hanging, well = Timed(goes_on.wait), Timed(os.getpid)
assert well.ask(5, 60).value == os.getpid()
assert hanging.ask(0.05).error
hanging._lock.acquire()  # as by a thread that stays behind
child = os.fork()
if not child:
    same = well.ask(5, 60).value == os.getpid()
    goes_on.set()
    os._exit(0 if same and hanging.ask(5).value else 1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork: run it on Linux")
def test_forked_child_begins_anew():
    """Its parent's threads and findings are not its own, and its locks may be held by nobody."""
    done = subprocess.run(
        [sys.executable, "-c", FORKS], capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
