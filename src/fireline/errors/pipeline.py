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
from fireline.errors.reports import NOTHING, ErrorReport, Severity
from fireline.scope import Scope, current
from fireline.signals import reported

Sink = Callable[[ErrorReport], bool | None]

_TOLD_AT_MOST = 32  # exceptions keep their frames alive: a loop over a million rows must not

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

    An exception that was told in this scope already gives the same report again. Never raises.
    """
    scope = current()
    if scope is not None and scope.told and exception is not None:
        entry = scope.told.get(id(exception))
        if entry is not None and entry[0] is exception:
            known: ErrorReport = entry[1]
            return known
    report = guarded(
        describe,
        exception,
        description=description,
        scope=scope,
        severity=severity,
        message=message,
        context=context,
    ) or _bare_report(exception, scope)
    if not _is_telling.get() and not _is_ignored(exception):
        report = _heard(report)
    if scope is not None and exception is not None:
        _remember(scope, exception, report)
    return report


def _remember(scope: Scope, exception: BaseException, report: ErrorReport) -> None:
    if scope.told is None:
        scope.told = {}
    told = scope.told  # the same for the calls of other views inside this request
    if len(told) >= _TOLD_AT_MOST:
        del told[next(iter(told))]
    told[id(exception)] = (exception, report)


def fail(exception: BaseException | None, *, description: Description | None = None) -> ErrorReport:
    """The report of what the answer of this scope will speak of; for sources."""
    report = tell(exception, description=description)
    if (scope := current()) is not None:
        scope.failure = report
    return report


def _bare_report(exception: BaseException | None, scope: Scope | None) -> ErrorReport:
    """What can be said of an exception that cannot be described: its id and that it happened."""
    scope = scope and Scope(correlation_id=scope.correlation_id)
    return describe(exception, description=description_of(None), scope=scope)


def _is_ignored(exception: BaseException | None) -> bool:
    ignored = conf.current().IGNORE
    return bool(ignored) and exception is not None and is_one_of(exception, ignored)


def _heard(report: ErrorReport) -> ErrorReport:
    """The same report, after the sinks and the receivers of `reported`."""
    _is_telling.set(True)
    try:
        for path in conf.current().SINKS:
            if (sink := guarded(_sink, path)) and guarded(sink, report):
                report = replace(report, is_told=True)
        guarded(announce, reported, report=report)
    finally:
        _is_telling.set(False)
    return report


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
