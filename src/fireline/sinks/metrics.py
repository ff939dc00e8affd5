"""The figure of a report."""

from fireline.errors import ErrorReport
from fireline.metrics import count_error
from fireline.metrics.families import endpoint_of
from fireline.scope import current


def write(report: ErrorReport) -> bool:
    """Count the report under its code and route; a figure has told nobody."""
    if report.is_escalated:  # counted when it was told first
        return False
    scope = current()
    ids = {"error_id": report.error_id, "correlation_id": report.correlation_id}
    count_error(report.code, endpoint_of(scope.request if scope else None), ids)
    return False
