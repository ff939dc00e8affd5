"""The line in the security log of a report that somebody may have provoked."""

from django.core.exceptions import DisallowedHost

from fireline.errors import ErrorReport
from fireline.logs import security

EVENTS = {
    "AUTHENTICATION_FAILED": "authentication_failed",
    "UNAUTHENTICATED": "authentication_failed",
    "PERMISSION_DENIED": "permission_denied",
    "CSRF_FAILED": "csrf_failed",
    "RATE_LIMITED": "rate_limited",
}


def write(report: ErrorReport) -> bool:
    """Log the attempt, where the report is of one; once, also where it gets worse."""
    if report.is_escalated:
        return False
    event = EVENTS.get(report.code)
    if isinstance(report.exception, DisallowedHost):
        event = "disallowed_host"
    if event is not None:
        path = report.context.get("path", "")
        message = f"{event.replace('_', ' ').capitalize()}: {path}"
        security.write(event, message, error_id=report.error_id)
    return False
