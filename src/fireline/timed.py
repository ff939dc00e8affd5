"""Work that is answered within a time limit, whoever asks and however often."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic, perf_counter
from typing import Any, Generic, TypeVar
from weakref import WeakSet, finalize

T = TypeVar("T")

_Queue = SimpleQueue[Callable[[], None] | None]

PATIENCE = 60.0
"""Seconds that a thread may hang before another takes its place; twice as many each further time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[T]):
    """What the work found: its value, or the error that it raised; `took` in seconds."""

    value: T | None = None
    error: BaseException | None = None
    took: float = 0.0


class Run(Future[Finding[T]], Generic[T]):
    """One time that the work is done, shared by all who ask meanwhile; its result never raises."""

    def __init__(self, waiting_since: float | None = None) -> None:
        super().__init__()
        self.begun = monotonic()
        self.ended = self.begun
        self.waiting_since = self.begun if waiting_since is None else waiting_since
        # As running, lest a caller that is cancelled cancels it for all.
        self.set_running_or_notify_cancel()

    def within(self, limit: float) -> Finding[T]:
        """What was found within so many seconds of its start, else a Finding with a TimeoutError."""
        try:
            return self.result(self._left(limit))
        except TimeoutError:
            return self._too_late(limit)

    async def within_async(self, limit: float) -> Finding[T]:
        """The same, while the event loop goes on."""
        # Who comes too late adds no callback, or a run that hangs would collect them all.
        if not self.done() and (left := self._left(limit)):
            await asyncio.wait([asyncio.wrap_future(self)], timeout=left)
        return self.result() if self.done() else self._too_late(limit)

    def is_late(self, limit: float) -> bool:
        """Whether it still runs, and longer than that."""
        return not self.done() and not self._left(limit)

    def _left(self, limit: float) -> float:
        return max(0.0, self.waiting_since + limit - monotonic())

    def _too_late(self, limit: float) -> Finding[T]:
        return Finding(
            error=TimeoutError(f"No answer within {limit:g} s"),
            took=monotonic() - self.waiting_since,
        )


class Timed(Generic[T]):
    """
    Work done in one long-lived thread of its own, so that nobody waits for it longer than he wants.

    Who asks while it runs shares that run; who asks while it hangs is told so at once. A thread that
    hangs for a minute is left behind, for a connection that was lost without a word may never come
    back. The thread ends with its Timed, and with the process; a forked child begins anew.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self._begin()
        _every.add(self)

    def _begin(self) -> None:
        self._lock = Lock()
        self._queue: _Queue | None = None
        self._run: Run[T] | None = None
        self._patience = PATIENCE

    def start(self, keep: float = 0.0, limit: float = float("inf")) -> Run[T]:
        """
        What is or will be found: kept for `keep` seconds, or of the run that goes on, or of a new one.

        It returns at once; several pieces of work are started before the first is waited for. What
        was found later than `limit` is not kept: who waited for it was told that it failed.
        """
        with self._lock:
            run = self._run
            if run is not None:
                if run.done():
                    if monotonic() - run.ended < keep and run.ended - run.begun <= limit:
                        return run
                    self._patience = PATIENCE
                    run = None
                elif monotonic() - run.begun < self._patience:
                    return run
                else:
                    self._leave_behind()
            # In the place of one that hangs: who asks is still told so at once.
            self._run = Run(run.waiting_since if run else None)
            try:
                self._let_work(self._run)
            except RuntimeError as error:  # no thread is to be had
                self._run.set_result(Finding(error=error))
            return self._run

    def ask(self, limit: float, keep: float = 0.0) -> Finding[T]:
        """What was found within `limit` seconds, else a Finding with a TimeoutError."""
        return self.start(keep, limit).within(limit)

    async def ask_async(self, limit: float, keep: float = 0.0) -> Finding[T]:
        """The same, while the event loop goes on."""
        return await self.start(keep, limit).within_async(limit)

    def forget(self) -> None:
        """Let nothing be kept of what was found so far."""
        with self._lock:
            if self._run is not None and self._run.done():
                self._run = None

    def _let_work(self, run: Run[T]) -> None:
        if self._queue is None:
            queue: _Queue = SimpleQueue()
            Thread(target=_serve, args=[queue], name="fireline-timed", daemon=True).start()
            finalize(self, queue.put, None)
            self._queue = queue
        self._queue.put(lambda: self._do(run))

    def _leave_behind(self) -> None:
        if self._queue is not None:
            self._queue.put(None)  # it ends, should it ever come back
        self._queue = None
        self._patience *= 2

    def _do(self, run: Run[T]) -> None:
        since = perf_counter()
        value: T | None = None
        error: BaseException | None = None
        try:
            value = self.work()
        except BaseException as raised:
            error = _without_frames(raised)
        run.ended = monotonic()
        run.set_result(Finding(value=value, error=error, took=perf_counter() - since))


def _serve(queue: _Queue) -> None:
    """The thread: it knows no Timed while it waits, so that one that is dropped can end it."""
    while (job := queue.get()) is not None:
        job()
        del job


def _without_frames(error: BaseException) -> BaseException:
    """The error, and those behind it, without what their frames would keep alive."""
    seen: set[int] = set()
    each: list[BaseException | None] = [error]
    while each:
        link = each.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            link.__traceback__ = None
            each += (link.__cause__, link.__context__)
    return error


_every: "WeakSet[Timed[Any]]" = WeakSet()


def _begin_anew() -> None:
    for timed in _every:
        timed._begin()  # its thread, and who held its lock, have stayed behind in the parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
