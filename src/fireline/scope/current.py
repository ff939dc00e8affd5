"""The scope of whatever is running now."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest

from fireline.scope.ids import correlation_id_of, new_correlation_id

_NOTHING: Mapping[str, Any] = MappingProxyType({})

_current: ContextVar["Scope | None"] = ContextVar("fireline_scope", default=None)
# Not in the scope, which the tasks of one request share: each binds for itself.
_bound: ContextVar[Mapping[str, Any]] = ContextVar("fireline_bound", default=_NOTHING)

current = _current.get
"""The scope of the request that runs now, or None outside of one."""

bound = _bound.get
"""What is bound here to every log line and report; no secret among it."""

FOLLOWERS: list[Callable[["Scope | None", "Scope | None"], None]] = []
"""Called with the scope that is left and the one that is entered: libraries have scopes of their own."""

_KEPT = "_fireline_scope"
"""Where a request keeps a scope that is not the current one."""


class Scope:
    """
    One request while it lasts.

    `told` keeps each exception with its report, by identity, so that a failure that passes DRF,
    a signal and a logger is told once. It keeps the exception itself: a mark on the exception
    would be refused by frozen classes and would hand a singleton's ids to the next client.
    """

    __slots__ = (
        "awaits_status",
        "captured",
        "correlation_id",
        "crumbs",
        "duration",
        "failure",
        "followed_by",
        "is_logged",
        "request",
        "started",
        "told",
        "waiting",
    )

    def __init__(self, correlation_id: str = "", request: HttpRequest | None = None) -> None:
        self.correlation_id = correlation_id or new_correlation_id()
        self.request = request
        self.started = perf_counter()
        self.duration: float | None = None
        self.told: dict[int, tuple[BaseException, Any]] | None = None
        self.failure: Any = None
        """The report that the answer speaks of; None while nothing has failed."""
        self.awaits_status = False
        """Whether a layer will see the status that the answer has in the end."""
        self.waiting: Any = None
        """A report that is told when that is still an error, and forgotten when it is none."""
        self.crumbs: Any = None
        """What happened here so far; see `crumbs`."""
        self.captured: list[tuple[BaseException, str]] | None = None
        """The exceptions that are events already, each with the error id that its event bears."""
        self.followed_by: Any = None
        """What a follower has to come back to."""
        self.is_logged = False
        """Whether a line of the access log tells how this request ended."""

    def lasted(self) -> float:
        """The seconds until somebody asked first: the log line and the figure say the same."""
        if self.duration is None:
            self.duration = perf_counter() - self.started
        return self.duration


def opened(request: HttpRequest) -> Scope:
    """A new scope for this request, which is the current one from now on."""
    scope = Scope(correlation_id_of(request.META), request)
    enter(scope)
    return scope


def open_for(request: HttpRequest) -> Scope:
    """The scope of this request: the current one, or a new one; for who leaves it with the answer."""
    scope = _current.get()
    return scope if scope is not None and scope.request is request else opened(request)


def enter(scope: Scope | None, values: Mapping[str, Any] = _NOTHING) -> None:
    """Make this scope the current one, with these values bound; None is the outside."""
    if FOLLOWERS:
        _become(scope)
    else:
        _current.set(scope)
    if _bound.get() is not values:  # most requests bind nothing, and a look costs less
        _bound.set(values)


def _become(scope: Scope | None) -> None:
    for follow in FOLLOWERS:
        follow(_current.get(), scope)
    _current.set(scope)


def leave() -> None:
    """
    Forget the current scope, and what is bound.

    Not before the answer is closed: Django writes its own line about a 4xx after the last
    middleware has returned.
    """
    enter(None)


def leave_for_good(scope: Scope) -> None:
    """Leave a scope that gets no answer; its request keeps it for whoever hears of its failure later."""
    scope.awaits_status, scope.waiting = False, None
    if scope.request is not None:
        scope.request.__dict__[_KEPT] = scope
    leave()


def hold(values: Mapping[str, Any]) -> None:
    """
    Bind these values, and nothing else.

    What was bound before is brought back by holding it again, never by a token of `ContextVar.set`:
    a block may begin in one context and end in another, as in a hop of asgiref's.
    """
    _bound.set(values)


@contextmanager
def visiting(request: HttpRequest) -> Iterator[Scope]:
    """
    Be in the scope of this request until the block ends; for sources, where no layer may have been.

    Where the current one is another's (a view that calls a view), it is a scope of its own under the
    same correlation id, and what is told there is known outside. The request keeps it, so that all
    who visit know what was told.
    """
    outer = _current.get()
    if outer is not None and outer.request is request:
        yield outer
        return
    scope: Scope | None = request.__dict__.get(_KEPT)
    if scope is None:
        scope = Scope(outer.correlation_id if outer else correlation_id_of(request.META), request)
        if outer is not None:
            if outer.told is None:
                outer.told = {}
            scope.told = outer.told
        request.__dict__[_KEPT] = scope
    _become(scope)
    try:
        yield scope
    finally:
        _become(outer)


@contextmanager
def inside(scope: Scope, values: Mapping[str, Any] = _NOTHING) -> Iterator[None]:
    """
    Be in this scope, with these values bound, until the block ends.

    Who is in it already stays, with what is bound by now.
    """
    outer, before = _current.get(), _bound.get()
    if outer is scope:
        yield
        return
    enter(scope, values)
    try:
        yield
    finally:
        enter(outer, before)
