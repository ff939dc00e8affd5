"""Any call tried again: the loop is stamina's, when and how long to wait is decided here."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from inspect import isasyncgenfunction, isgeneratorfunction
from typing import Any, ParamSpec, TypeVar, cast

import stamina
from asgiref.sync import iscoroutinefunction
from stamina.instrumentation import RetryDetails, RetryHook, get_on_retry_hooks, set_on_retry_hooks

from fireline.resilience.announced import Outcome, tell_attempt
from fireline.resilience.breaker import CircuitOpen
from fireline.resilience.budget import seconds_left

P = ParamSpec("P")
T = TypeVar("T")

Verdict = bool | float | timedelta | Outcome
On = type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], Verdict]

JITTER = 0.5
"""A wait is longer by up to so much of itself, lest all who failed together come back together."""


def retry(
    *,
    on: On,
    attempts: int = 3,
    delay: float = 0.1,
    delay_max: float = 30.0,
    name: str | None = None,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    A decorator that tries a call again where it raises `on`; the last error is let through.

    `on` is an exception, a tuple of them, or a function that is given the error and returns whether
    to try again, or the seconds to wait. There are `attempts` in all; between them it waits for
    `delay`, then twice as long each time, up to `delay_max` and with jitter; at least as long as the
    `retry_after` of an ExternalServiceError. Inside of a request the error is raised as soon as the
    next wait would pass RETRY_BUDGET_SECONDS. For functions and coroutine functions; a blocking one
    never sleeps on the thread of an event loop. An open breaker is not tried again.
    """
    plan = Plan(name=name or "", on=on, attempts=attempts, delay=delay, delay_max=delay_max)

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        named = replace(plan, name=plan.name or name_of(function))
        if is_async(function):

            @wraps(function)
            async def tried_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                return await run_async(named, lambda: cast("Any", function(*args, **kwargs)))

            return cast("Callable[P, T]", tried_async)

        @wraps(function)
        def tried(*args: P.args, **kwargs: P.kwargs) -> T:
            return run(named, lambda: function(*args, **kwargs))

        return tried

    return decorate


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often a call is tried, on what, and with which waits."""

    name: str
    on: On
    attempts: int
    delay: float
    delay_max: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what could never work when the function is decorated, not when it fails."""
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ValueError(
                f"{self.attempts!r} attempts cannot be made. Give a whole number from 1: three means "
                "three attempts in all."
            )
        if self.delay < 0 or self.delay_max < 0:
            raise ValueError(f"A delay of {min(self.delay, self.delay_max)} s has passed already.")

    @property
    def longest_wait(self) -> float:
        """The longest that anybody may ask for: a Retry-After of an hour is a no."""
        return self.delay_max * (1 + JITTER)

    def wait_after(self, attempt: int, error: Exception) -> float | Outcome:
        """The seconds until the next attempt, or why there is none."""
        if isinstance(error, CircuitOpen):
            return Outcome.FAILED
        on = self.on
        verdict = isinstance(error, on) if isinstance(on, (type, tuple)) else on(error)
        if isinstance(verdict, timedelta):
            return verdict.total_seconds()
        if isinstance(verdict, Outcome):
            return verdict
        if not isinstance(verdict, bool) and isinstance(verdict, (int, float)):
            return float(verdict)
        if not verdict:
            return Outcome.FAILED
        back_off = min(self.delay_max, self.delay * 2.0 ** min(attempt - 1, 60))
        wait = back_off * (1 + random.uniform(0, JITTER))  # noqa: S311 (no secret)
        asked = getattr(error, "retry_after", None)
        return max(wait, asked.total_seconds()) if isinstance(asked, timedelta) else wait


class Course:
    """How one call fares: it tells stamina whether and when to try again, and everyone what it did."""

    def __init__(self, plan: Plan, *, is_blocking: bool) -> None:
        self.plan = plan
        self.is_blocking = is_blocking
        self.failures = 0

    def attempts(self) -> Any:
        """Stamina's loop, which knows the call's name and none of its arguments."""
        loop = stamina.retry_context(on=self, attempts=self.plan.attempts, timeout=None)
        return loop.with_name(_Ours(self.plan.name), (), {})

    def __call__(self, error: BaseException) -> bool | float:
        """Stamina's question: the wait until the next attempt, or False."""
        if not isinstance(error, Exception):
            return False  # the task was cancelled, or the process is being stopped
        self.failures += 1
        wait = self.plan.wait_after(self.failures, error)
        if isinstance(wait, Outcome):
            if wait is Outcome.UNSAFE or self.failures > 1:
                self._tell(wait, error)
            return False
        if self.failures >= self.plan.attempts:
            self._tell(Outcome.FAILED, error)
            return False
        if wait > min(seconds_left(is_blocking=self.is_blocking), self.plan.longest_wait):
            self._tell(Outcome.OUT_OF_TIME, error)
            return False
        self._tell(Outcome.AGAIN, error, wait)
        return wait

    def succeeded(self) -> None:
        """Say so, where it was not at once."""
        if self.failures:
            tell_attempt(self.plan.name, self.failures + 1, Outcome.SUCCEEDED)

    def _tell(self, outcome: Outcome, error: Exception, wait: float | None = None) -> None:
        tell_attempt(self.plan.name, self.failures, outcome, wait=wait, error=error)


def run(plan: Plan, call: Callable[[], T]) -> T:
    """What the call returns at its first attempt that succeeds."""
    course = Course(plan, is_blocking=True)
    for attempt in course.attempts():
        with attempt:
            value = call()
            course.succeeded()
            return value
    raise AssertionError("unreachable")


async def run_async(plan: Plan, call: Callable[[], Awaitable[T]]) -> T:
    """The same; the event loop goes on while it waits."""
    course = Course(plan, is_blocking=False)
    async for attempt in course.attempts():
        with attempt:
            value = await call()
            course.succeeded()
            return value
    raise AssertionError("unreachable")


def is_async(function: Callable[..., Any]) -> bool:
    """
    Whether calling it gives a coroutine.

    Raises TypeError for a generator: what it has given cannot be taken back.
    """
    if not callable(function) or isgeneratorfunction(function) or isasyncgenfunction(function):
        raise TypeError(
            f"{function!r} cannot be tried again. Decorate a function or a coroutine function that "
            "does one thing and returns."
        )
    return iscoroutinefunction(function) or iscoroutinefunction(type(function).__call__)


def name_of(function: Callable[..., Any]) -> str:
    """The name of a function, with its module's."""
    if hasattr(function, "func"):  # functools.partial
        return name_of(function.func)
    qualname = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{function.__module__}.{qualname}".replace(".<locals>", "")


class _Ours(str):
    """The name of a call that is announced here, so that stamina's own hooks need not."""

    __slots__ = ()


def _without_arguments(hook: RetryHook) -> RetryHook:
    """Stamina's hooks, for a project's own use of it: they would log each call's arguments."""
    is_staminas = getattr(hook, "__module__", "").startswith("stamina.")

    def told(details: RetryDetails) -> Any:
        if isinstance(details.name, _Ours):
            return None
        return hook(replace(details, args=(), kwargs={}) if is_staminas else details)

    return told


set_on_retry_hooks([_without_arguments(hook) for hook in get_on_retry_hooks()])
