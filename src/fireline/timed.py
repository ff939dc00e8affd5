"""Work that is answered within a time limit, whoever asks and however often."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic, perf_counter
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[T]):
    """What the work found: its value, or the error that it raised; `took` in seconds."""

    value: T | None = None
    error: BaseException | None = None
    took: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run(Generic[T]):
    """One time that the work is done; `future` never raises."""

    future: "Future[Finding[T]]" = field(default_factory=Future)
    started: float = field(default_factory=monotonic)


class Timed(Generic[T]):
    """
    Work done in one long-lived thread of its own, so that nobody waits for it longer than he wants.

    Who asks while it runs shares that run; who asks while it hangs is told so at once. The thread
    dies with the process, and a forked child begins anew.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._queue: SimpleQueue[_Run[T]] = SimpleQueue()
        self._thread: Thread | None = None
        self._run: _Run[T] | None = None
        self._kept: tuple[float, Finding[T]] | None = None

    def start(self, keep: float = 0.0) -> "Future[Finding[T]]":
        """
        What is or will be found: kept for `keep` seconds, or of the run that goes on, or of a new one.

        It returns at once; several pieces of work are started before the first is waited for.
        """
        return self._joined(keep).future

    def ask(self, limit: float, keep: float = 0.0) -> Finding[T]:
        """What was found within `limit` seconds, else a Finding with a TimeoutError."""
        run = self._joined(keep)
        try:
            return run.future.result(_left(run, limit))
        except TimeoutError:
            return _too_late(run, limit)

    async def ask_async(self, limit: float, keep: float = 0.0) -> Finding[T]:
        """The same, while the event loop goes on."""
        run = self._joined(keep)
        if not run.future.done():
            await asyncio.wait([asyncio.wrap_future(run.future)], timeout=_left(run, limit))
        return run.future.result() if run.future.done() else _too_late(run, limit)

    def _joined(self, keep: float) -> _Run[T]:
        if self._pid != os.getpid():  # the thread has stayed behind in the parent
            self._begin()
        with self._lock:
            run = self._run
            if run is not None and not run.future.done():
                return run
            if run is not None and self._kept and monotonic() - self._kept[0] < keep:
                return run
            self._run = run = _Run()
            # As running, lest a caller that is cancelled cancels it for all.
            run.future.set_running_or_notify_cancel()
            if self._thread is None:
                self._thread = Thread(target=self._work, name="fireline-timed", daemon=True)
                self._thread.start()
            self._queue.put(run)
            return run

    def _work(self) -> None:
        while True:
            run = self._queue.get()
            since = perf_counter()
            value: Any = None
            error: BaseException | None = None
            try:
                value = self.work()
            except BaseException as raised:
                error = raised.with_traceback(None)  # its frames would live as long as it is kept
            finding = Finding[T](value=value, error=error, took=perf_counter() - since)
            self._kept = (monotonic(), finding)
            run.future.set_result(finding)


def _left(run: _Run[Any], limit: float) -> float:
    return max(0.0, run.started + limit - monotonic())


def _too_late(run: _Run[Any], limit: float) -> Finding[Any]:
    return Finding(
        error=TimeoutError(f"No answer within {limit:g} s"), took=monotonic() - run.started
    )
