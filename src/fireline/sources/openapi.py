"""drf-spectacular: the error answers of each operation, in the service's shape."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from drf_spectacular.settings import spectacular_settings
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from fireline.answers import Shape, shape_for
from fireline.answers.schemas import for_openapi_3_0
from fireline.answers.shapes import spelled
from fireline.errors import ErrorReport, guarded, kind_named
from fireline.errors.known import Coded
from fireline.errors.reports import NOTHING

Operation = dict[str, Any]
Failures = dict[int, list[str]]

_METHODS = {"get", "put", "post", "delete", "patch"}
_HEADERS = {
    "X-Error-ID": {
        "description": "The id of this failure, to quote in a question about it.",
        "schema": {"type": "string"},
    },
    "X-Correlation-ID": {
        "description": "The id of this request, as in every log line about it.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next try.",
        "schema": {"type": "integer"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where an operation is served; without a view where drf-spectacular knows none."""

    path: str
    view: APIView | None = None


def describe_errors(
    result: dict[str, Any], generator: Any, request: Any = None, public: bool = True
) -> dict[str, Any]:
    """
    The OpenAPI document with the error answers of each operation: a postprocessing hook.

    To be named last in SPECTACULAR_SETTINGS["POSTPROCESSING_HOOKS"]. What the project has described
    itself stays as it is, and so does the whole document without RESPONSE_FORMAT.
    """
    endpoints = guarded(_endpoints, generator, request) or {}
    for path, item in result["paths"].items():
        for method in [name for name in item if name in _METHODS]:
            endpoint = _found(endpoints, path, method)
            shape = _shape_of(endpoint.path)
            if shape is not None:
                known = guarded(failures_of, item[method], method, endpoint.view)
                failures = known or failures_of(item[method], method, None)
                _describe(result, item[method], shape, failures)
    return result


def failures_of(operation: Operation, method: str, view: APIView | None) -> Failures:
    """The codes of what can happen to this operation, by status."""
    failures: Failures = defaultdict(list)
    places = {parameter.get("in") for parameter in operation.get("parameters", ())}
    if "requestBody" in operation:
        failures[400] += ["VALIDATION_ERROR", "PARSE_ERROR"]
        failures[415] += ["UNSUPPORTED_MEDIA_TYPE"]
    elif "query" in places:
        failures[400] += ["VALIDATION_ERROR"]
    for status, code in _refusals(operation, method, view):
        failures[status].append(code)
    if "path" in places:
        failures[404] += ["NOT_FOUND"]
    if view is not None and any(_is_limiting(throttle, view) for throttle in view.get_throttles()):
        failures[429] += ["RATE_LIMITED"]
    failures[500] += ["INTERNAL_ERROR"]
    return failures


def _refusals(operation: Operation, method: str, view: APIView | None) -> Iterable[tuple[int, str]]:
    """Who may not come in, as DRF says it: with 401 only where it can name a WWW-Authenticate."""
    security = operation.get("security") or []
    is_open = {} in security
    authenticators = [] if view is None else view.get_authenticators()
    by_session = [isinstance(each, SessionAuthentication) for each in authenticators]
    if any(security):
        first = authenticators[0] if authenticators else None
        challenge = first is None or view is None or first.authenticate_header(view.request)
        status = 401 if challenge else 403
        if not is_open:
            yield status, "UNAUTHENTICATED"
        if not by_session or not all(by_session):
            yield status, "AUTHENTICATION_FAILED"
    permissions = [] if view is None else view.get_permissions()
    if not is_open and (any(security) or any(type(each) is not AllowAny for each in permissions)):
        yield 403, "PERMISSION_DENIED"
    if any(by_session) and method.upper() not in SAFE_METHODS:
        yield 403, "CSRF_FAILED"


def _is_limiting(throttle: Any, view: APIView) -> bool:
    """A throttle without a rate, or without the scope that it reads from the view, lets all pass."""
    if isinstance(throttle, ScopedRateThrottle):
        return getattr(view, throttle.scope_attr, None) is not None
    return getattr(throttle, "rate", "") is not None


def _describe(
    result: dict[str, Any], operation: Operation, shape: Shape, failures: Failures
) -> None:
    responses = operation.setdefault("responses", {})
    described = {str(status) for status in responses}
    for status, codes in failures.items():
        if not described & {str(status), f"{status // 100}XX", "default"}:
            responses[str(status)] = _response(result, shape, status, codes)
    operation["responses"] = dict(sorted(responses.items(), key=lambda item: str(item[0])))


def _response(
    result: dict[str, Any], shape: Shape, status: int, codes: list[str]
) -> dict[str, Any]:
    schema = shape.schema
    if result["openapi"].startswith("3.0"):
        schema = for_openapi_3_0(schema)
    headers = [name for name in _HEADERS if name != "Retry-After" or status == 429]
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {name: _component(result, "headers", name, _HEADERS[name]) for name in headers},
        "content": {
            shape.content_type: {
                "schema": _component(result, "schemas", _name_of(shape), schema),
                "examples": _examples(result, shape, status, codes),
            }
        },
    }


def _examples(
    result: dict[str, Any], shape: Shape, status: int, codes: list[str]
) -> dict[str, Any]:
    examples = {}
    for code in codes:
        if (body := guarded(_spelled, shape, status, code)) is not None:
            name = f"{_name_of(shape)}.{status}.{code}"
            examples[spelled(code, shape.code_names)] = _component(
                result, "examples", name, {"value": body}
            )
    return examples


def _spelled(shape: Shape, status: int, code: str) -> Any:
    """The body that a client would read."""
    return json.loads(json.dumps(shape.spell(_report(status, code)), cls=DjangoJSONEncoder))


def _report(status: int, code: str) -> ErrorReport:
    """Such a failure, the same in every run, so that documents compare."""
    kind = kind_named(code)
    fields = {"name": (Coded("This field is required.", "required"),)}
    return ErrorReport(
        error_id="error_20260131_k3v7x2m5q4tz",
        correlation_id="8f14e45f-ceea-467f-a0e6-2b1c9a7d5e30",
        code=code,
        category=kind.category,
        severity=kind.severity,
        status=status,
        message=str(kind.message),
        details=fields if code == "VALIDATION_ERROR" else NOTHING,
        timestamp=datetime(2026, 1, 31, 12, tzinfo=UTC),
    )


def _name_of(shape: Shape) -> str:
    """The component's name; of a shape by dotted path its last part."""
    name = shape.name.rpartition(".")[2]
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Error"


def _component(
    result: dict[str, Any], section: str, name: str, value: Mapping[str, Any]
) -> dict[str, str]:
    """A reference to the component, under another name where the project has one of this name."""
    components = result.setdefault("components", {}).setdefault(section, {})
    if components.get(name, value) != value:
        name = f"Fireline{name}"
    if name not in components:
        components[name] = deepcopy(dict(value))  # other hooks write into it
    return {"$ref": f"#/components/{section}/{name}"}


def _shape_of(path: str) -> Shape | None:
    request = HttpRequest()
    request.path = request.path_info = path
    return shape_for(request)


def _endpoints(generator: Any, request: Any) -> dict[tuple[str, str], Endpoint]:
    """Every endpoint under its own path, as requests come, and its method."""
    endpoints = {}
    for path, _, method, view in generator._get_paths_and_endpoints():
        view.request = spectacular_settings.GET_MOCK_REQUEST(method, path, view, request)
        endpoints[path, method.lower()] = Endpoint(path=path, view=view)
    return endpoints


def _found(endpoints: dict[tuple[str, str], Endpoint], path: str, method: str) -> Endpoint:
    """
    The endpoint that the document describes under this path.

    There its prefix may be cut off (SCHEMA_PATH_PREFIX_TRIM) or put on, and the version filled in.
    """
    if known := endpoints.get((path, method)):
        return known
    described = path.removeprefix(spectacular_settings.SCHEMA_PATH_PREFIX_INSERT or "")
    candidates = [
        (distance, endpoint)
        for (real, its_method), endpoint in endpoints.items()
        if its_method == method and (distance := _distance(real, described)) is not None
    ]
    return min(candidates, key=lambda item: item[0], default=((), Endpoint(path=path)))[1]


def _distance(real: str, described: str) -> tuple[int, int] | None:
    """How many parts of the real path are missing and how many differ; None where it is another."""
    ours = [part for part in real.split("/") if part][::-1]
    theirs = [part for part in described.split("/") if part][::-1]
    pairs = list(zip(ours, theirs, strict=False))
    if len(theirs) > len(ours) or any(our != their and "{" not in our for our, their in pairs):
        return None
    return len(ours) - len(theirs), sum(our != their for our, their in pairs)
