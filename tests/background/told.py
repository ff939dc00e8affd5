"""What the processes of the service have reported, for the tests to read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from fireline.errors import ErrorReport
from fireline.errors.reports import thawed
from tests.lines import lines_of


def write(report: ErrorReport) -> bool:
    """A sink: one line a report, appended at once."""
    line = json.dumps({**said(report), "context": thawed(report.context)}, default=str)
    with (settings.DIRECTORY / "told").open("a") as file:
        file.write(f"{line}\n")
    return False


def said(report: ErrorReport) -> dict[str, Any]:
    """What everybody is told of a report."""
    return {
        "code": report.code,
        "message": report.message,
        "severity": report.severity.value,
        "status": report.status,
        "details": thawed(report.details),
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
        "exception": type(report.exception).__name__,
    }


def told_in(directory: Path, **having: Any) -> list[Mapping[str, Any]]:
    """The reports of the service in this directory whose context has these values."""
    reports = lines_of(directory / "told")
    return [report for report in reports if having.items() <= report["context"].items()]
