"""From a report to what the client of a WebSocket sees: an error frame, and the code of a close."""

from typing import Any

from django.http import HttpRequest

from fireline.answers.negotiate import shape_for
from fireline.answers.respond import seconds
from fireline.answers.shapes import details_of, spelled
from fireline.errors.reports import Category, ErrorReport

INTERNAL_ERROR = 1011
TRY_AGAIN_LATER = 1013


def frame(report: ErrorReport, request: HttpRequest | None = None) -> dict[str, Any]:
    """
    `{"type": "error", "code", "message", "details", "error_id", "correlation_id"}`, in every shape.

    The code is spelled as in the service's other answers. A frame has no headers: what Retry-After
    says elsewhere stands in `details`, as `retry_after`.
    """
    shape = None if request is None else shape_for(request)
    details = details_of(report)
    if report.retry_after is not None:
        details = {"retry_after": seconds(report.retry_after), **details}
    return {
        "type": "error",
        "code": spelled(report.code, shape.code_names if shape else {}),
        "message": report.message,
        "details": details,
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
    }


def close_code(report: ErrorReport) -> int:
    """
    The code with which a socket closes over this failure.

    4000 and the status of HTTP where it is the client's matter (4401, 4403, 4429), for these numbers
    are everybody's own (RFC 6455, 7.4.2); else the registered 1013 or 1011.
    """
    if report.status < 500:
        return 4000 + report.status
    return TRY_AGAIN_LATER if report.category is Category.EXTERNAL else INTERNAL_ERROR


def is_last(report: ErrorReport) -> bool:
    """
    Whether an open socket closes over this failure.

    It does after a fault of ours, whose socket may be in any state, and where nobody knows any more
    who is at its other end. A refused action, as in REST, ends nothing.
    """
    return report.category is Category.SYSTEM or report.status == 401
