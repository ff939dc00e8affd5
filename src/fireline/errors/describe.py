"""From an exception and its scene to a report."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fireline import conf
from fireline.errors.catalog import KINDS, Description, kind_named, meaning_of
from fireline.errors.dotted import is_one_of
from fireline.errors.reports import NOTHING, SHOWN, ErrorReport, Severity, frozen
from fireline.scope import Scope, new_correlation_id, new_error_id, scene_of
from fireline.scrub import scrubbed, scrubbed_texts


def description_of(exception: BaseException | None) -> Description:
    """What the catalogue knows of this exception; INTERNAL_ERROR where it knows nothing."""
    if exception is None:
        return Description(kind=kind_named("INTERNAL_ERROR"))
    meaning = meaning_of(exception)
    if meaning.describer is None:
        return Description(kind=kind_named(meaning.code or "INTERNAL_ERROR"))
    description = meaning.describer(exception)
    return replace(description, kind=kind_named(meaning.code)) if meaning.code else description


def description_of_status(status: int) -> Description:
    """What an answer of this status means where nobody raised anything."""
    if code := _CODES_OF_STATUS.get(status):
        return Description(kind=KINDS[code])
    kind = KINDS["BAD_REQUEST" if status < 500 else "INTERNAL_ERROR"]
    return Description(kind=kind, status=status)


_CODES_OF_STATUS = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "INTEGRITY_ERROR",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "BUSINESS_RULE_VIOLATED",
    429: "RATE_LIMITED",
    503: "SERVICE_UNAVAILABLE",
}


def describe(
    exception: BaseException | None,
    *,
    description: Description | None = None,
    scope: Scope | None = None,
    severity: Severity | None = None,
    message: str | None = None,
    context: Mapping[str, Any] = NOTHING,
) -> ErrorReport:
    """
    The report of this failure: ids of its own, the scene, every secret gone.

    What the exception says is shown where the kind's category shows messages; elsewhere its details
    go to the context. What the caller says (severity, message) comes before what the exception says, and that before
    what its kind says.
    """
    description = description or description_of(exception)
    kind = description.kind
    is_shown = kind.category in SHOWN
    if not is_shown and description.details:
        context = {"details": description.details, **context}
    if severity is None:
        critical = conf.current().CRITICAL
        is_critical = exception is not None and critical and is_one_of(exception, critical)
        severity = Severity.CRITICAL if is_critical else kind.severity
    return ErrorReport(
        error_id=new_error_id(),
        correlation_id=scope.correlation_id if scope else new_correlation_id(),
        code=kind.code,
        category=kind.category,
        severity=severity,
        status=description.status or kind.status,
        message=message or (is_shown and description.message) or str(kind.message),
        details=frozen(scrubbed_texts(description.details)) if is_shown else NOTHING,
        exception=exception,
        context=frozen(scrubbed({**scene_of(scope), **context})),
        retry_after=description.retry_after,
    )
