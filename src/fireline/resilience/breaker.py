"""A breaker: who calls what is down is told so at once, and what is down is left in peace."""

import os
from collections.abc import Callable
from contextvars import ContextVar
from enum import StrEnum
from functools import wraps
from inspect import isasyncgenfunction, isgeneratorfunction
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast
from weakref import WeakSet

from asgiref.sync import iscoroutinefunction

from fireline.errors import ExternalServiceError
from fireline.resilience.announced import tell_state

P = ParamSpec("P")
T = TypeVar("T")


class State(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"
    """They do."""
    HALF_OPEN = "half_open"
    """One does, to see whether the others may."""
    OPEN = "open"
    """None does."""


class CircuitOpen(ExternalServiceError):  # noqa: N818 (its state's name)
    """The breaker let the call not through; `retry_after` says when it may."""


class CircuitBreaker:
    """
    A decorator and a context manager, sync and async, that stops calling what keeps failing.

    After `failures` errors of `on` in a row it is open for `recovery` seconds: each call raises
    CircuitOpen, an ExternalServiceError with `retry_after`, at once. Then it is half-open: one call
    goes through, and its end closes or opens the breaker. An error outside of `on` means that the
    other side has answered, and counts as success.

    One breaker for each service that is called, made once, as a module's variable: it counts in its
    process, in a few numbers, whatever happens.
    """

    def __init__(
        self,
        name: str,
        *,
        on: type[Exception] | tuple[type[Exception], ...],
        failures: int = 5,
        recovery: float = 30.0,
    ) -> None:
        if failures < 1 or recovery <= 0:
            raise ValueError(
                f"The breaker {name} has failures={failures} and recovery={recovery}. Give at least "
                "one failure, and more than 0 seconds."
            )
        self.name = name
        self.on = on
        self.failures = failures
        self.recovery = recovery
        self._lock = Lock()
        self._opened_at: float | None = None
        self._failed = 0
        self._trial: object | None = None
        self._trial_since = 0.0
        self._age: object = object()
        _every.add(self)
        tell_state(name, State.CLOSED, is_new=True)

    @property
    def state(self) -> State:
        """Whether a call would go through now."""
        return State.CLOSED if self._opened_at is None else self._state_since(self._opened_at)

    def _state_since(self, opened_at: float) -> State:
        return State.OPEN if monotonic() < opened_at + self.recovery else State.HALF_OPEN

    @property
    def retry_after(self) -> float:
        """The seconds until a call may go through again; 0 where it may now."""
        opened_at = self._opened_at
        return 0.0 if opened_at is None else max(0.0, opened_at + self.recovery - monotonic())

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function behind this breaker."""
        if isgeneratorfunction(function) or isasyncgenfunction(function):
            raise TypeError(
                f"{function!r} is a generator, which has done nothing yet when it is called. Use the "
                "breaker inside of it: with breaker: ..."
            )
        if iscoroutinefunction(function) or iscoroutinefunction(type(function).__call__):

            @wraps(function)
            async def called_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                with _Passage(self):
                    return await cast("Any", function(*args, **kwargs))

            return cast("Callable[P, T]", called_async)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            with _Passage(self):
                return function(*args, **kwargs)

        return called

    def __enter__(self) -> Self:
        _passages.set((*_passages.get(), _Passage(self).__enter__()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        passages = _passages.get()
        mine = next((each for each in reversed(passages) if each.breaker is self), None)
        if mine is not None:  # else it was entered in another context, such as another task
            _passages.set(tuple(each for each in passages if each is not mine))
            mine.__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)

    def _admit(self) -> object:
        """A ticket for a call that may go through; raises CircuitOpen where none may."""
        with self._lock:
            if self._opened_at is None:
                return self._age
            left = self._opened_at + self.recovery - monotonic()
            if left <= 0 and self._trial is not None:
                left = self._trial_since + self.recovery - monotonic()  # it may never come back
            if left <= 0:
                self._trial = object()
                self._trial_since = monotonic()
                ticket = self._trial
            else:
                raise CircuitOpen(f"The breaker {self.name} is open.", retry_after=left)
        tell_state(self.name, State.HALF_OPEN)
        return ticket

    def _settle(self, ticket: object, is_success: bool | None) -> None:
        """What became of the call; None where nobody knows. One of a former age says nothing of now."""
        if is_success and not self._failed and ticket is self._age:
            return  # without the lock: the way of nearly every call
        with self._lock:
            if ticket is self._trial:
                self._trial = None
                if is_success is None:
                    return
                now = self._close() if is_success else self._open()
            elif ticket is self._age and is_success is not None and self._opened_at is None:
                self._failed = 0 if is_success else self._failed + 1
                if self._failed < self.failures:
                    return
                now = self._open()
            else:
                return
        tell_state(self.name, now, retry_after=self.retry_after)

    def _open(self) -> State:
        self._opened_at = monotonic()
        self._age = object()
        return State.OPEN

    def _close(self) -> State:
        self._opened_at = None
        self._failed = 0
        self._age = object()
        return State.CLOSED


class _Passage:
    """One call through a breaker."""

    __slots__ = ("breaker", "ticket")

    def __init__(self, breaker: CircuitBreaker) -> None:
        self.breaker = breaker

    def __enter__(self) -> Self:
        self.ticket = self.breaker._admit()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            is_success: bool | None = True
        elif isinstance(error, self.breaker.on):
            is_success = False
        else:  # a call that was cancelled tells nothing
            is_success = True if isinstance(error, Exception) else None
        self.breaker._settle(self.ticket, is_success)


_passages: ContextVar[tuple[_Passage, ...]] = ContextVar("fireline_passages", default=())

_every: "WeakSet[CircuitBreaker]" = WeakSet()


def announce_all() -> None:
    """Say the state of every breaker that was made before anybody could listen."""
    for breaker in list(_every):
        tell_state(breaker.name, breaker.state, retry_after=breaker.retry_after, is_new=True)


def _begin_anew() -> None:
    for breaker in _every:
        breaker._lock = Lock()  # who held it has stayed behind in the parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
