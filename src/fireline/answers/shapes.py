"""The shapes of error answers in JSON: how each spells a report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from traceback import format_exception
from typing import Any

from django.conf import settings as django_settings
from django.utils.module_loading import import_string

from fireline import conf
from fireline.answers import schemas
from fireline.answers.flat_errors import flat_errors
from fireline.errors.known import NON_FIELD
from fireline.errors.reports import NOTHING, Category, ErrorReport, thawed
from fireline.scrub import scrubbed_text

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    A spelling of reports.

    `spell` makes the JSON-ready body of a report; `schema` is its JSON Schema, for OpenAPI;
    `code_names` are the codes that this shape spells otherwise.
    """

    name: str
    spell: Callable[[ErrorReport], Body]
    content_type: str = "application/json"
    code_names: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})


def shape_named(name: str) -> Shape:
    """
    The shape of this name or dotted path; a path may lead to a Shape or to a `spell` function.

    Raises ImportError with the way out where there is none.
    """
    if name in SHAPES:
        return SHAPES[name]
    try:
        found = import_string(name)
    except ImportError as error:
        raise ImportError(_way_out(name, f" ({error})" if "." in name else "")) from error
    if isinstance(found, Shape):
        return found
    if callable(found):
        return Shape(name=name, spell=found)
    raise ImportError(_way_out(name, f" (a {type(found).__name__} is none)"))


def _way_out(name: str, reason: str) -> str:
    return (
        f"There is no error shape {name!r}{reason}. Take one of {', '.join(SHAPES)}, "
        "or give the dotted path of a fireline.answers.Shape or of a function that spells a report."
    )


def spelled(code: str, code_names: Mapping[str, str]) -> str:
    """The code as this service spells it: CODE_NAMES first, then the shape."""
    return conf.current().CODE_NAMES.get(code) or code_names.get(code, code)


def details_of(report: ErrorReport) -> Body:
    """The report's details; with DEBUG also the traceback of a failure of ours."""
    return {**thawed(report.details), **traceback_of(report)}


def bare(report: ErrorReport) -> ErrorReport:
    """The report without what a shape may fail to spell."""
    return replace(report, details=NOTHING, exception=None)


def traceback_of(report: ErrorReport) -> Body:
    """`{"traceback": [line, ...]}` of a failure of ours with DEBUG, otherwise nothing."""
    if not django_settings.DEBUG or report.status < 500 or report.exception is None:
        return {}
    lines = "".join(format_exception(report.exception)).splitlines()
    return {"traceback": [scrubbed_text(line) for line in lines]}


def moment_of(report: ErrorReport) -> str:
    """The report's time: ISO 8601, UTC, with Z."""
    return report.timestamp.isoformat().replace("+00:00", "Z")


def problem(report: ErrorReport) -> Body:
    """RFC 9457, with the ids, the code and the errors of fields as extension members."""
    code = spelled(report.code, {})
    base = conf.current().PROBLEM_TYPE_URL
    body: Body = {
        "type": f"{base}{code}" if base else "about:blank",
        "title": _title_of(report, has_type=bool(base)),
        "status": report.status,
        "detail": report.message,
        "instance": f"urn:fireline:error:{report.error_id}",
        "code": code,
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
        "severity": report.severity.value,
        "timestamp": moment_of(report),
    }
    if report.category is Category.VALIDATION:
        errors = flat_errors(report.details)
        if errors or report.code == "VALIDATION_ERROR":  # a body that cannot be read has no fields
            body["errors"] = errors
    elif details := details_of(report):
        body["details"] = details
    return body


def _title_of(report: ErrorReport, *, has_type: bool) -> str:
    """With `about:blank` the title is the phrase of the status (RFC 9457, 4.2.1)."""
    if has_type:
        return report.code.replace("_", " ").capitalize().replace("Csrf", "CSRF")
    return _PHRASES.get(report.status, "Error")


# RFC 9110 renamed two, and Python followed in 3.13.
_PHRASES = {
    **{status.value: status.phrase for status in HTTPStatus},
    413: "Content Too Large",
    422: "Unprocessable Content",
}


def flag(report: ErrorReport) -> Body:
    """`{"error": true, "message", "code", "details", "timestamp", "request_id"}`."""
    return {
        "error": True,
        "message": report.message,
        "code": spelled(report.code, FLAG.code_names),
        "details": details_of(report),
        "timestamp": report.timestamp.timestamp(),
        "request_id": report.correlation_id,
    }


def flat(report: ErrorReport) -> Body:
    """`{"error": "<message>", "code", "details"}`, `details` only where there are any."""
    body: Body = {"error": report.message, "code": spelled(report.code, {})}
    if details := details_of(report):
        body["details"] = details
    return body


def nested(report: ErrorReport) -> Body:
    """`{"error": {"id", "message", "code", "severity", "timestamp", "details"}}`."""
    return {
        "error": {
            "id": report.error_id,
            "message": report.message,
            "code": spelled(report.code, NESTED.code_names),
            "severity": report.severity.value,
            "timestamp": moment_of(report),
            "details": details_of(report),
        }
    }


def drf(report: ErrorReport) -> Body:
    """What DRF itself would answer: the map of fields, or `{"detail": ...}`."""
    details = thawed(report.details)
    if report.category is Category.VALIDATION and details:
        if details.keys() == {NON_FIELD}:
            return {"detail": details[NON_FIELD][0]}
        return details  # type: ignore[no-any-return]
    return {"detail": report.message, **traceback_of(report)}


PROBLEM = Shape(
    name="problem",
    spell=problem,
    content_type="application/problem+json",
    schema=schemas.PROBLEM,
)
FLAG = Shape(name="flag", spell=flag, code_names={"RATE_LIMITED": "THROTTLED"}, schema=schemas.FLAG)
FLAT = Shape(name="flat", spell=flat, schema=schemas.FLAT)
NESTED = Shape(
    name="nested",
    spell=nested,
    code_names={"NOT_FOUND": "RESOURCE_NOT_FOUND"},
    schema=schemas.NESTED,
)
DRF = Shape(name="drf", spell=drf, schema=schemas.DRF)

SHAPES = {shape.name: shape for shape in (PROBLEM, FLAG, FLAT, NESTED, DRF)}
