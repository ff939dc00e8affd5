"""The event of a report, for the tracker and Sentry."""

import sys
from functools import cache
from importlib import import_module
from typing import Any

from fireline import conf
from fireline.errors import ErrorReport, Severity
from fireline.errors.dotted import is_one_of


def write(report: ErrorReport) -> bool:
    """Whether the report is an event now, which people read; False where nobody would."""
    # Not imported here: where nobody has set up the SDK, there is nobody to tell.
    if "sentry_sdk" not in sys.modules or not is_tracked(report):
        return False
    sentry = _sentry()
    return bool(sentry.is_receiving() and sentry.captured(report))


def is_tracked(report: ErrorReport) -> bool:
    """Whether the report is a failure of the service, or one that TRACK names."""
    if report.status >= 500 or report.severity.level >= Severity.HIGH.level:
        return True
    track = conf.current().TRACK
    return bool(track) and (
        report.code in track
        or report.category.value in track
        or (report.exception is not None and is_one_of(report.exception, track))
    )


@cache
def _sentry() -> Any:
    return import_module("fireline.sentry")
