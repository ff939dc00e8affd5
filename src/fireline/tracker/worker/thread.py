"""A digester in a thread of a process that serves, where TRACKER_DIGEST is `thread`."""

import atexit
import os
import sys
import time
from contextvars import Context
from threading import Event, Lock, Thread
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import connections

from fireline import conf
from fireline.tracker.digest.complaints import complain
from fireline.tracker.worker.election import Election, place
from fireline.tracker.worker.turns import LONGEST_PAUSE, Manners, Turns

STANDING_BY = 2.0
"""Seconds after which a process asks again whether the digester of its host is gone."""

BATCH = 100
ROUND = 0.002
"""Seconds after which the digest lets others have the interpreter; of itself, Python takes 5 ms."""
NAP = 0.0001
NEED = 0.0001
"""Seconds of CPU between two naps by which other threads show that they have work."""


class Breath:
    """Lets others have the interpreter: for a moment, and for half of the time where they need it."""

    def __init__(self) -> None:
        self._until = 0.0
        self._others = 0.0

    def take(self) -> None:
        """Sleep, where the last time is long enough ago."""
        if time.perf_counter() < self._until:
            return
        others = time.process_time() - time.thread_time()
        are_busy = others - self._others > NEED
        self._others = others
        time.sleep(ROUND if are_busy else NAP)  # not 0: who waits must wake up before we are back
        self._until = time.perf_counter() + ROUND


class Digester:
    """The digester of this process: one thread, from the first request to the end."""

    def __init__(self) -> None:
        self._stop = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread where there is none."""
        with self._lock:
            if self._thread is None:
                thread = Thread(target=self._run, name="fireline-digest", daemon=True)
                # In a context of its own: nothing of the request that happens to be the first.
                Context().run(thread.start)
                self._thread = thread

    def stop(self, timeout: float = 5.0) -> None:
        """Let it finish its batch, and wait for that."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        election: Election | None = None
        while not self._stop.is_set():
            pause = STANDING_BY
            try:
                election = election or Election(place())
                if election.is_won():
                    Turns(Manners(batch=BATCH, breathe=Breath().take)).run(self._stop)
            except Exception as error:
                complain("The tracker's digester cannot begin.", error)
                pause = LONGEST_PAUSE
            self._stop.wait(pause)
        if election is not None:
            election.leave()
        connections.close_all()


_digester = Digester()


def install() -> None:
    """Start with the first request that this process serves: after every fork, and in no command."""
    request_started.connect(_begin, dispatch_uid=__name__)
    atexit.register(_stop)


def _begin(*, sender: Any, **_: Any) -> None:
    # The handlers of servers; the test client has one of its own, and schedulers send whatever they like.
    is_server = isinstance(sender, type) and issubclass(sender, WSGIHandler | ASGIHandler)
    if not is_server or _is_test_run():
        return
    request_started.disconnect(dispatch_uid=__name__)
    if conf.current().TRACKER_DIGEST == "thread":
        try:
            _digester.start()
        except Exception as error:  # no room for another thread: the request knows nothing of it
            complain("The tracker's digester cannot start; another process may digest.", error)


def _is_test_run() -> bool:
    """Whether tests run: the database is not the service's then, also for a live server of theirs."""
    # Who does not test has not imported it, and need not.
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    return hasattr(state, "saved_data")


def _stop() -> None:
    _digester.stop()


def _begin_anew() -> None:
    """In a forked child: the thread is the parent's."""
    global _digester  # noqa: PLW0603 (one for each process)
    is_begun = _digester._thread is not None
    _digester = Digester()
    if is_begun:
        request_started.connect(_begin, dispatch_uid=__name__)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
