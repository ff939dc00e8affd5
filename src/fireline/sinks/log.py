"""The log line of a report."""

import logging
from functools import lru_cache
from typing import Any

from django.urls import Resolver404

from fireline import conf
from fireline.answers.flat_errors import flat_errors
from fireline.errors import Category, ErrorReport
from fireline.errors.reports import NOTHING
from fireline.logs.records import with_extras
from fireline.scrub import shown


def write(report: ErrorReport) -> bool:
    """Log the report at the level of its severity; a line in a file has told nobody yet."""
    logger = _logger(conf.current().service)
    level = report.severity.level
    if not logger.isEnabledFor(level):
        return False
    exception = report.exception
    trace = None
    if exception is not None and report.status >= 500:
        trace = (type(exception), exception, exception.__traceback__)
    record = logger.makeRecord(
        logger.name,
        level,
        __file__,
        0,
        f"{report.code}{_said(report)}",
        (),
        trace,
        "write",
    )
    logger.handle(with_extras(record, report.correlation_id, _fields(report)))
    return False


def _fields(report: ErrorReport) -> dict[str, Any]:
    """What the report says, and its context; where both have a name, the context's is `extra_<name>`."""
    own: dict[str, Any] = {
        "error_id": report.error_id,
        "code": report.code,
        "category": report.category.value,
        "severity": report.severity.value,
        "status": report.status,
    }
    if report.details:
        own["details"] = report.details
    context = {
        f"extra_{name}" if name in own else name: report.context[name] for name in report.context
    }
    return {"details": NOTHING, **context, **own}


def _said(report: ErrorReport) -> str:
    """What the exception says; of entries that are wrong `name: what is wrong | ...`, not their repr."""
    exception = report.exception
    # Django's Resolver404 brings every route of the project.
    if exception is None or isinstance(exception, Resolver404):
        return ""
    if report.category is not Category.VALIDATION or not report.details:
        return f": {type(exception).__name__}: {shown(exception)}"
    wrong = [
        f"{error['attr']}: {error['detail']}" if error["attr"] else str(error["detail"])
        for error in flat_errors(report.details)
    ]
    return f": {shown(' | '.join(wrong))}"


@lru_cache
def _logger(service: str) -> logging.Logger:
    return logging.getLogger(f"{service}.errors")
