"""Django REST framework: what its exceptions mean, and its exception handler."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from traceback import walk_tb
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView, set_rollback
from rest_framework.views import exception_handler as drf_handler

from fireline.answers import Shape, dressed, shape_for, swallowed
from fireline.answers.negotiate import names_problem
from fireline.answers.respond import leaves_to_django
from fireline.answers.shapes import DRF, PROBLEM, bare
from fireline.errors import KINDS, ErrorReport, Kind, fail, guarded, kind_named
from fireline.errors.catalog import Description, means
from fireline.errors.describe import description_of, description_of_status
from fireline.errors.known import NON_FIELD
from fireline.errors.reports import NOTHING, Category
from fireline.scope import visiting
from fireline.scrub import scrubbed, scrubbed_texts, shown
from fireline.sources.drf_validation import is_tree, tree_of

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
_PAGES = {"html", "api", "admin"}  # the formats of DRF's renderers that make HTML


def describe(error: exceptions.APIException) -> Description:
    """
    What a DRF exception means; its status stays DRF's.

    DRF turns 401 into 403 where no authenticator names a `WWW-Authenticate`: the code tells.
    """
    kind = _kind_of(error)
    detail: Any = error.detail  # a class of the project's may set None
    wait = getattr(error, "wait", None)
    description = Description(
        kind=kind,
        status=error.status_code,
        retry_after=timedelta(seconds=wait) if wait else None,
    )
    if detail is None:
        return description
    if is_tree(detail):
        return replace(description, details=_details(kind, detail))
    return replace(description, message=shown(str(detail), 300))


def _kind_of(error: exceptions.APIException) -> Kind:
    """By the code that the project gave and registered, else by the class, else by the status."""
    known = next((_CODES[cls] for cls in type(error).__mro__ if cls in _CODES), None)
    if known == "PERMISSION_DENIED" and str(error.detail).startswith("CSRF Failed"):
        return kind_named("CSRF_FAILED")
    code = getattr(error.detail, "code", None)
    if isinstance(code, str) and (registered := KINDS.get(code.upper())):
        return registered
    return kind_named(known) if known else description_of_status(error.status_code).kind


def _details(kind: Kind, detail: Any) -> Mapping[str, Any]:
    if kind.category is Category.VALIDATION:
        return tree_of(detail)
    if isinstance(detail, Mapping):
        return detail
    return {NON_FIELD: detail} if detail else NOTHING


def describe_recursion(error: RecursionError) -> Description:
    """The client's fault where a parser met it, in a body of a hundred thousand brackets; else our bug."""
    codes = (frame.f_code for frame, _ in walk_tb(error.__traceback__))
    is_parsing = Request._parse.__code__ in codes  # type: ignore[attr-defined]
    return Description(kind=kind_named("PARSE_ERROR" if is_parsing else "INTERNAL_ERROR"))


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
    if not isinstance(request, HttpRequest):
        return _own_answer(exception, context, own)
    with visiting(request):
        shape = guarded(shape_for, request)
        if shape is None:
            return _own_answer(exception, context, own)
        return _answer(exception, context, request, shape)


def _own_answer(
    exception: Exception, context: dict[str, Any], own: Handler
) -> HttpResponseBase | None:
    response: HttpResponseBase | None = own(exception, context)
    if response is not None:
        guarded(_tell, exception, response.status_code)
    return response


def _tell(exception: Exception, status: int) -> None:
    """
    Report what the project's handler has answered.

    An exception of the project that it takes for a 4xx is no bug of ours; a KeyError remains one,
    whatever a handler that catches everything says.
    """
    description = description_of(exception)
    is_own = type(exception).__module__ != "builtins"
    if is_own and 400 <= status < 500 <= (description.status or description.kind.status):
        description = description_of_status(status)
    fail(exception, description=description)


def _answer(
    exception: Exception, context: dict[str, Any], request: HttpRequest, shape: Shape
) -> HttpResponseBase | None:
    stock = drf_handler(exception, context)
    report = fail(exception)
    renderer = _renderer(context)
    is_ours = stock is None and report.status >= 500
    # A page that needs no view, user or database serves people better than the browsable API.
    if is_ours and (renderer.format in _PAGES or leaves_to_django(request, report)):
        return None
    set_rollback()
    response = dressed(_response(report, shape, stock, renderer), report)
    guarded(swallowed, request, exception, response)
    return response


def _renderer(context: dict[str, Any]) -> BaseRenderer:
    """The renderer that DRF will take, which must be known before the body is made."""
    request, view = context["request"], context.get("view")
    negotiated = getattr(request, "accepted_renderer", None)
    renderer: BaseRenderer = negotiated or JSONRenderer()
    if negotiated is None and view is not None:
        renderer, _ = view.perform_content_negotiation(request, force=True)
    if names_problem(_http_request(context)) and not _is_json(renderer):
        renderer = JSONRenderer()
    if renderer is not negotiated:
        request.accepted_renderer = renderer
        request.accepted_media_type = renderer.media_type
    return renderer


def _is_json(renderer: BaseRenderer) -> bool:
    return (renderer.media_type or "").partition(";")[0].endswith("json")


def _response(
    report: ErrorReport, shape: Shape, stock: Response | None, renderer: BaseRenderer
) -> Response:
    body = guarded(_body, report, shape, stock)
    if body is None:
        shape = PROBLEM
        body = guarded(PROBLEM.spell, report) or PROBLEM.spell(bare(report))
    headers = {} if stock is None else dict(stock.headers)
    headers.pop("Content-Type", None)
    has_own_type = _is_json(renderer) and shape.content_type != "application/json"
    return Response(
        _encodable(body),
        status=report.status,
        headers=headers,
        content_type=shape.content_type if has_own_type else None,
    )


def _body(report: ErrorReport, shape: Shape, stock: Response | None) -> Any:
    if shape is not DRF:
        return shape.spell(report)
    if stock is not None:
        is_validation = report.category is Category.VALIDATION
        return scrubbed_texts(stock.data) if is_validation else scrubbed(stock.data)
    body = shape.spell(report)
    if NON_FIELD in body:
        body[api_settings.NON_FIELD_ERRORS_KEY] = body.pop(NON_FIELD)
    return body


def _encodable(value: Any) -> Any:
    """
    The value with a question mark for each half of a surrogate pair.

    Errors quote what the client sent; DRF fails to encode such a text, and a 400 becomes a 500.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="replace").decode()
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, (list, tuple)) else value


def _http_request(context: dict[str, Any]) -> Any:
    request = context.get("request")
    return getattr(request, "_request", request)


_own_handle_exception = APIView.handle_exception


def _handle_exception(view: APIView, exception: Exception) -> Response:
    """DRF's own, with the handler that this very view has chosen inside of ours."""
    own = view.get_exception_handler()
    view.__dict__["get_exception_handler"] = lambda: partial(handled, own=own)
    try:
        return _own_handle_exception(view, exception)
    finally:
        view.__dict__.pop("get_exception_handler", None)


def install() -> None:
    """
    Let the catalogue know DRF's exceptions, and wrap the exception handler of every view.

    In the view, because REST_FRAMEWORK may be rewritten at any time and views have settings and
    handlers of their own.
    """
    means(exceptions.APIException, describe)
    means(RecursionError, describe_recursion)
    APIView.handle_exception = _handle_exception  # type: ignore[assignment, method-assign]
