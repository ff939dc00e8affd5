"""
Threads that a request starts, and jobs that it gives to a pool: its correlation id goes with them.

Each has a scope of its own, without the request, which nothing here keeps alive. What carries its
context itself (asgiref, `asyncio.to_thread`) is left alone, and so are the workers of pools: they
outlive the request that happened to come first.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import Context
from functools import partial
from threading import Thread, current_thread
from typing import Any

from asgiref.sync import SyncToAsync

from fireline.errors import guarded
from fireline.scope import Scope, bound, current, enter, hold, inside

_WORKERS = (
    "asgiref.",
    "concurrent.futures.",
    "fireline.",
    "logging.handlers",
    "multiprocessing.",
    "opentelemetry.",
    "sentry_sdk.",
)
"""Where the functions of such workers are defined."""

_start = Thread.start
_submit = ThreadPoolExecutor.submit


class _Run:
    """What a thread runs, under this id; the thread itself is not kept, or it would never be freed."""

    def __init__(self, correlation_id: str, own: Callable[..., Any] | None) -> None:
        self.correlation_id = correlation_id
        self.own = own

    def __call__(self, *args: Any) -> None:
        # Not left again: who hears of an exception that nobody catches, hears it under the id.
        enter(Scope(self.correlation_id))
        thread = current_thread()
        thread.__dict__.pop("run", None)
        if self.own is not None:
            self.own(*args)
        else:
            type(thread).run(thread)


def start(thread: Thread) -> None:
    """`Thread.start`, with the id of the scope that it is called in."""
    if current() is not None:
        guarded(_carry, thread)
    _start(thread)


def _carry(thread: Thread) -> None:
    scope = current()
    work = getattr(thread, "_target", None) or type(thread).run
    module = getattr(work, "__module__", None) or ""
    if scope is not None and not module.startswith(_WORKERS):
        # In the place of a wrap by somebody else, such as Sentry's, if there is one.
        run: Any = _Run(scope.correlation_id, thread.__dict__.get("run"))
        thread.run = run  # type: ignore[method-assign]


def submit(
    pool: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> "Future[Any]":
    """`ThreadPoolExecutor.submit`, with the id of the scope that it is called in."""
    if _carries_itself(function):
        return _submit(pool, function, *args, **kwargs)
    scope = current()
    correlation_id = None if scope is None else scope.correlation_id
    return _submit(pool, _job, correlation_id, function, *args, **kwargs)


def _job(
    correlation_id: str | None, function: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    """What a job binds ends with it, also where there is no id: its thread goes on with others."""
    before = bound()
    try:
        with inside(Scope(correlation_id)) if correlation_id else nullcontext():
            return function(*args, **kwargs)
    finally:
        hold(before)


def _carries_itself(function: object) -> bool:
    method = function.func if type(function) is partial else function
    return isinstance(getattr(method, "__self__", None), (Context, SyncToAsync))


def install() -> None:
    """Stand in the place of both methods."""
    Thread.start = start  # type: ignore[assignment, method-assign]
    ThreadPoolExecutor.submit = submit  # type: ignore[assignment, method-assign]
