"""What a scope has told: each failure once, by the identity of its exception."""

from contextvars import ContextVar

from fireline.errors.reports import ErrorReport
from fireline.scope import Scope

_AT_MOST = 32  # exceptions keep their frames alive: a loop over a million rows must not

caught: ContextVar[bool] = ContextVar("fireline_caught", default=False)
"""Whether the service itself has caught what is told just now, and goes on."""


def known(scope: Scope | None, exception: BaseException | None) -> ErrorReport | None:
    """The report of this exception, where this scope has told it."""
    if scope is None or not scope.told or exception is None:
        return None
    entry: tuple[BaseException, ErrorReport] | None = scope.told.get(id(exception))
    return entry[1] if entry is not None and entry[0] is exception else None


def known_by_id(scope: Scope, error_id: str | None) -> ErrorReport | None:
    """The report of this id, where this scope has told it."""
    told = scope.told.values() if error_id and scope.told else ()
    return next((report for _, report in told if report.error_id == error_id), None)


def promised(scope: Scope | None, exception: BaseException | None) -> str:
    """The id that an event of this exception bears already; empty where there is none."""
    captured = scope.captured if scope is not None else None
    return next((promise for one, promise in captured or () if one is exception), "")


def remember(scope: Scope | None, report: ErrorReport) -> ErrorReport:
    """The same report, which the scope keeps from now on, in place of a former one of its id."""
    if scope is None:
        return report
    if scope.failure is not None and scope.failure.error_id == report.error_id:
        scope.failure = report
    if (exception := report.exception) is not None:
        if scope.told is None:
            scope.told = {}
        if len(scope.told) >= _AT_MOST and id(exception) not in scope.told:
            del scope.told[next(iter(scope.told))]
        scope.told[id(exception)] = (exception, report)
    return report
