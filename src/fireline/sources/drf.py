"""Django REST framework: what its exceptions mean, and its exception handler."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView, set_rollback
from rest_framework.views import exception_handler as drf_handler

from fireline.answers import Shape, dressed, json_response, shape_for, swallowed
from fireline.answers.negotiate import names_problem
from fireline.answers.respond import leaves_to_django
from fireline.answers.shapes import DRF, PROBLEM
from fireline.errors import ErrorReport, fail, guarded, kind_named
from fireline.errors.catalog import Description, means
from fireline.errors.describe import description_of_status
from fireline.errors.known import NON_FIELD, SHOWN
from fireline.scrub import shown

Handler = Callable[[Exception, dict[str, Any]], Any]

_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ValidationError: "VALIDATION_ERROR",
    exceptions.ParseError: "PARSE_ERROR",
    exceptions.AuthenticationFailed: "AUTHENTICATION_FAILED",
    exceptions.NotAuthenticated: "UNAUTHENTICATED",
    exceptions.PermissionDenied: "PERMISSION_DENIED",
    exceptions.NotFound: "NOT_FOUND",
    exceptions.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    exceptions.NotAcceptable: "NOT_ACCEPTABLE",
    exceptions.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    exceptions.Throttled: "RATE_LIMITED",
}


def describe(error: exceptions.APIException) -> Description:
    """
    What a DRF exception means; its status stays DRF's.

    DRF turns 401 into 403 where no authenticator names a `WWW-Authenticate`: the code tells.
    """
    known = next((_CODES[cls] for cls in type(error).__mro__ if cls in _CODES), None)
    kind = kind_named(known) if known else description_of_status(error.status_code).kind
    detail = error.detail
    if kind.code == "PERMISSION_DENIED" and str(detail).startswith("CSRF Failed"):
        kind = kind_named("CSRF_FAILED")
    is_text = isinstance(detail, str)
    wait = getattr(error, "wait", None)
    return Description(
        kind=kind,
        status=error.status_code,
        message=shown(detail, 300) if is_text and kind.category in SHOWN else None,
        details={} if is_text else tree_of(detail),
        retry_after=None if wait is None else timedelta(seconds=wait),
    )


def tree_of(detail: Any) -> dict[str, Any]:
    """
    The tree of field names, whatever form DRF's validation error takes.

    Entries of a list of objects stand under their index; texts of no field under
    `non_field_errors`; what is empty is left out.
    """
    branch = _branch(detail)
    return branch if isinstance(branch, dict) else {NON_FIELD: branch} if branch else {}


def _branch(node: Any) -> Any:
    if isinstance(node, Mapping):
        branches = {_name(key): _branch(child) for key, child in node.items()}
        return {name: branch for name, branch in branches.items() if branch}
    if isinstance(node, (list, tuple)):
        texts = [child for child in node if isinstance(child, str)]
        others = {
            str(index): branch
            for index, child in enumerate(node)
            if not isinstance(child, str) and (branch := _branch(child))
        }
        if not others:
            return texts
        return {**others, NON_FIELD: texts} if texts else others
    return [node if isinstance(node, str) else str(node)]


def _name(key: object) -> str:
    return NON_FIELD if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)


def exception_handler(exception: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """
    The answer to an exception in a DRF view; for REST_FRAMEWORK["EXCEPTION_HANDLER"].

    Naming it there is not needed: Fireline wraps whatever handler the project has. Without
    RESPONSE_FORMAT that handler keeps the last word on status, body and propagation.
    """
    return handled(exception, context, own=drf_handler)


def handled(
    exception: Exception, context: dict[str, Any], *, own: Handler
) -> HttpResponseBase | None:
    """The answer to this exception, where `own` is the project's handler."""
    request = _http_request(context)
    shape = guarded(shape_for, request) if request is not None else None
    if request is None or shape is None:
        response: HttpResponseBase | None = own(exception, context)
        if response is not None:
            guarded(fail, exception)
        return response
    stock = drf_handler(exception, context)
    report = fail(exception)
    if report.status >= 500 and leaves_to_django(request, report):
        return stock
    set_rollback()
    made = dressed(_response(request, context, report, shape, stock), report)
    guarded(swallowed, request, exception, made)
    return made


def _response(
    request: HttpRequest,
    context: dict[str, Any],
    report: ErrorReport,
    shape: Shape,
    stock: Response | None,
) -> HttpResponseBase:
    headers = {} if stock is None else dict(stock.headers)
    headers.pop("Content-Type", None)
    if names_problem(request):
        response = json_response(report, PROBLEM)
        for name, value in headers.items():
            response[name] = value
        return response
    body = guarded(shape.spell, report) or PROBLEM.spell(report)
    if shape is DRF and stock is not None:
        body = stock.data
    renderer = getattr(context["request"], "accepted_renderer", None)
    is_json = renderer is None or renderer.media_type == "application/json"
    return Response(
        body,
        status=report.status,
        headers=headers,
        content_type=shape.content_type if is_json and shape is PROBLEM else None,
    )


def _http_request(context: dict[str, Any]) -> HttpRequest | None:
    request = context.get("request")
    return getattr(request, "_request", request)


def install() -> None:
    """
    Let the catalogue know DRF's exceptions, and wrap the exception handler of every view.

    In the view, because REST_FRAMEWORK may be rewritten at any time and views have settings of
    their own.
    """
    means(exceptions.APIException, describe)
    own_handler = APIView.get_exception_handler

    def get_exception_handler(view: APIView) -> Handler:
        handler: Handler = own_handler(view)
        if handler is exception_handler:
            return handler
        return partial(handled, own=handler)

    APIView.get_exception_handler = get_exception_handler  # type: ignore[assignment, method-assign]
