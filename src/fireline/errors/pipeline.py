"""The one road of a failure: described, told to every sink, announced; once, and guarded."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.dispatch import Signal
from django.utils.module_loading import import_string

from fireline import conf
from fireline.errors.catalog import Description
from fireline.errors.describe import describe, description_of
from fireline.errors.dotted import is_one_of
from fireline.errors.guard import guarded
from fireline.errors.reports import NOTHING, ErrorReport, Severity, frozen
from fireline.errors.told import known, remember
from fireline.scope import Scope, current
from fireline.signals import reported

Sink = Callable[[ErrorReport], bool | None]

_is_telling: ContextVar[bool] = ContextVar("fireline_is_telling", default=False)
"""A sink or receiver that fails and reports that must not be called again to hear of it."""


def tell(
    exception: BaseException | None,
    *,
    description: Description | None = None,
    severity: Severity | None = None,
    message: str | None = None,
    context: Mapping[str, Any] = NOTHING,
) -> ErrorReport:
    """
    The report of this exception, which every sink and receiver has now heard.

    An exception that was told in this scope already gives the same report again; with a higher
    severity it is told again, under the same ids. Never raises.
    """
    scope = current()
    before = known(scope, exception)
    if before is not None and not _is_news(before, severity, scope):
        return before
    report = _described(
        exception,
        scope,
        description=description,
        severity=severity,
        message=message,
        context=context,
    )
    if before is not None:
        report = replace(
            before,
            severity=severity or before.severity,
            message=report.message if message else before.message,
            context=frozen({**before.context, **report.context}),
            is_escalated=not _is_waiting(before, scope),
        )
    return _heard(report, scope)


def _is_news(before: ErrorReport, severity: Severity | None, scope: Scope | None) -> bool:
    is_worse = severity is not None and severity.level > before.severity.level
    return is_worse or _is_waiting(before, scope)


def _is_waiting(report: ErrorReport, scope: Scope | None) -> bool:
    return scope is not None and scope.waiting is report


def fail(exception: BaseException | None, *, description: Description | None = None) -> ErrorReport:
    """
    The report of what the answer of this scope will speak of; for sources.

    A 404 waits for the status that the answer has in the end: Django redirects to the address with
    a slash at its end, flat pages and redirects of the database begin as one.
    """
    scope = current()
    report = known(scope, exception)
    if report is None:
        report = _described(exception, scope, description=description)
        if scope is not None and scope.awaits_status and report.status == 404:
            scope.waiting = remember(scope, report)
        else:
            report = _heard(report, scope)
    if scope is not None:
        scope.failure = report
    return report


def settle(scope: Scope, status: int) -> None:
    """
    Tell what waits for the status of the answer, or forget it.

    A redirect is no failure; nor is a 404 where a middleware then failed over it, which is told.
    """
    waiting = scope.waiting
    if scope.failure is waiting:
        if status >= 400:
            _heard(waiting, scope)
        else:
            scope.failure = None
    scope.waiting = None


def _described(exception: BaseException | None, scope: Scope | None, **said: Any) -> ErrorReport:
    return guarded(describe, exception, scope=scope, **said) or _bare_report(exception, scope)


def _bare_report(exception: BaseException | None, scope: Scope | None) -> ErrorReport:
    """What can be said of an exception that cannot be described: its id and that it happened."""
    scope = scope and Scope(correlation_id=scope.correlation_id)
    return describe(exception, description=description_of(None), scope=scope)


def _is_ignored(exception: BaseException | None) -> bool:
    ignored = conf.current().IGNORE
    return bool(ignored) and exception is not None and is_one_of(exception, ignored)


def _heard(report: ErrorReport, scope: Scope | None) -> ErrorReport:
    """The same report, after the sinks and the receivers of `reported`; the scope remembers it."""
    if scope is not None and scope.waiting and scope.waiting.error_id == report.error_id:
        scope.waiting = None
    if not _is_telling.get() and not _is_ignored(report.exception):
        _is_telling.set(True)
        try:
            for path in conf.current().SINKS:
                if (sink := guarded(_sink, path)) and guarded(sink, report):
                    report = replace(report, is_told=True)
            guarded(announce, reported, report=report)
        finally:
            _is_telling.set(False)
    return remember(scope, report)


def announce(signal: Signal, **said: Any) -> None:
    """
    Call each synchronous receiver under the guard.

    Not `send_robust`: it logs an ERROR of its own for each failure, and an async receiver makes it
    raise inside an async request.
    """
    receivers, _ = signal._live_receivers(None)
    for receiver in receivers:
        guarded(receiver, signal=signal, sender=None, **said)


@lru_cache
def _sink(path: str) -> Sink:
    sink: Sink = import_string(path)
    return sink
