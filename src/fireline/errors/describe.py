"""From an exception and its scene to a report."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fireline import conf
from fireline.errors.catalog import KINDS, Description, Kind, kind_named, meaning_of
from fireline.errors.dotted import is_one_of
from fireline.errors.guard import guarded
from fireline.errors.known import NON_FIELD
from fireline.errors.reports import NOTHING, SHOWN, Category, ErrorReport, Severity, frozen
from fireline.errors.told import promised
from fireline.scope import Scope, new_correlation_id, new_error_id, scene_of
from fireline.scrub import scrubbed, scrubbed_text, scrubbed_texts


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

    Where the project has captured the exception before, it has the id of that event.

    What the exception says is shown where the kind's category shows messages; elsewhere its details
    go to the context. What the caller says (severity, message) comes before what the exception says, and that before
    what its kind says. A part that fails is left out, and the others stay: a scene that cannot be
    had makes no failure of ours of the client's.
    """
    description = description or guarded(description_of, exception) or description_of(None)
    kind = description.kind
    is_shown = kind.category in SHOWN
    scene = guarded(scene_of, scope) or {}
    return ErrorReport(
        error_id=promised(scope, exception) or new_error_id(),
        correlation_id=scope.correlation_id if scope else new_correlation_id(),
        code=kind.code,
        category=kind.category,
        severity=severity or guarded(_severity_of, exception, kind) or kind.severity,
        status=description.status or kind.status,
        message=guarded(_message_of, description, message) or kind.code,
        details=(guarded(_details_of, description) if is_shown else None) or NOTHING,
        exception=exception,
        context=guarded(_context_of, description, scene, context)
        or guarded(_context_of, Description(kind=kind), scene, NOTHING)
        or NOTHING,
        retry_after=description.retry_after,
    )


def _severity_of(exception: BaseException | None, kind: Kind) -> Severity:
    critical = conf.current().CRITICAL
    is_critical = critical and exception is not None and is_one_of(exception, critical)
    return Severity.CRITICAL if is_critical else kind.severity


def _message_of(description: Description, said: str | None) -> str:
    if not said and description.kind.category in SHOWN:
        said = description.message
    return scrubbed_text(str(said)) if said else str(description.kind.message)


def _details_of(description: Description) -> Mapping[str, Any]:
    """As a mapping; in validation errors a key names a field, elsewhere it may name a secret."""
    is_validation = description.kind.category is Category.VALIDATION
    clean = scrubbed_texts if is_validation else scrubbed
    details: Mapping[str, Any] = frozen(clean(_tree(description.details)))
    return details


def _tree(details: Any) -> Mapping[str, Any]:
    if isinstance(details, Mapping):
        return details
    if isinstance(details, (list, tuple, set, frozenset)):
        return {NON_FIELD: list(details)} if details else NOTHING
    return {NON_FIELD: [details]} if details is not None else NOTHING


def _context_of(
    description: Description, scene: Mapping[str, Any], said: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The scene, what was said, and the details that the client does not see."""
    context = {**scene, **said}
    if description.details and description.kind.category not in SHOWN:
        context["exception_details" if "details" in context else "details"] = description.details
    clean: Mapping[str, Any] = frozen(scrubbed(context))
    return clean
