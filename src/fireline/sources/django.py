"""
Django's own ways to answer a failure: its error handlers, the CSRF view, the signal.

`fireline.apps` puts these in place of Django's defaults, so a project names none of them. Where a
project has error handlers of its own, those answer what Fireline does not: everything while there is
no RESPONSE_FORMAT.
"""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial, wraps
from types import TracebackType
from typing import Any

from django.conf import urls as default_urls
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import csrf as csrf_middleware
from django.urls import URLResolver
from django.views import csrf, debug, defaults

from fireline.answers import respond
from fireline.errors import fail, guarded, kind_named
from fireline.errors.catalog import Description
from fireline.scope import current, visiting

Handler = Callable[..., HttpResponseBase]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The answer to a bad request: in the service's shape, else Django's."""
    return _respond(request, exception) or defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The answer where permission is denied: in the service's shape, else Django's."""
    return _respond(request, exception) or defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The answer where nothing is found: in the service's shape, else Django's."""
    return _respond(request, exception) or defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponseBase:
    """The answer to a failure of ours: in the service's shape, else Django's."""
    return _respond(request, sys.exc_info()[1]) or defaults.server_error(request)


def csrf_failure(
    request: HttpRequest, reason: str = "", *, own: Handler = csrf.csrf_failure
) -> HttpResponseBase:
    """The answer to a forged or expired form: in the service's shape, else Django's or the project's."""
    description = Description(kind=kind_named("CSRF_FAILED"))
    answer = _respond(request, PermissionDenied(f"CSRF Failed: {reason}"), description)
    return answer or own(request, reason=reason)


def _respond(
    request: HttpRequest, exception: BaseException | None, description: Description | None = None
) -> HttpResponse | None:
    # Under ASGI this runs in a thread with a copy of the request's context: the scope is the same.
    with visiting(request):
        return guarded(respond, request, exception, description)


def on_request_exception(*, request: HttpRequest | None = None, **_: Any) -> None:
    """
    A receiver of `got_request_exception`: what no layer of ours has seen is told here.

    Django sends it once for each middleware that an exception passes; the scope tells it once.
    """
    exception = sys.exc_info()[1]
    if exception is None:
        return
    with visiting(request) if isinstance(request, HttpRequest) else nullcontext():
        guarded(fail, exception)


_resolve_error_handler = URLResolver.resolve_error_handler


def _resolve_ours(resolver: URLResolver, view_type: int) -> Handler:
    """The handler of this status; one of the project's with ours before it."""
    own = _resolve_error_handler(resolver, view_type)
    return own if own.__module__ == __name__ else _before(own)


def _before(own: Handler) -> Handler:
    @wraps(own)
    def handler(request: HttpRequest, **said: Any) -> HttpResponseBase:
        answer = _respond(request, said.get("exception") or sys.exc_info()[1])
        return answer or own(request, **said)

    return handler


_get_csrf_view: Callable[[], Handler] = csrf_middleware._get_failure_view  # type: ignore[attr-defined]


def _get_ours() -> Handler:
    """The view of CSRF_FAILURE_VIEW, with ours before it."""
    own = _get_csrf_view()
    return own if own is csrf_failure else partial(csrf_failure, own=own)


_technical_404, _technical_500 = debug.technical_404_response, debug.technical_500_response


def technical_404(request: HttpRequest, exception: Http404) -> HttpResponseBase:
    """With DEBUG the answer where nothing is found: for API clients in the service's shape."""
    return _in_debug(request, exception) or _technical_404(request, exception)


def technical_500(
    request: HttpRequest,
    exc_type: type[BaseException] | None,
    exc_value: BaseException | None,
    tb: TracebackType | None,
    status_code: int = 500,
) -> HttpResponseBase:
    """With DEBUG the answer to what no view has raised, a middleware perhaps: for API clients as ever."""
    technical = _in_debug(request, exc_value)
    return technical or _technical_500(request, exc_type, exc_value, tb, status_code=status_code)


def _in_debug(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    # Not where runserver misses a static file, a request that no middleware has seen.
    scope = current()
    is_known = scope is not None and scope.request is request
    return _respond(request, exception) if is_known else None


def install() -> None:
    """
    Take the place of Django's default handlers, stand before the project's, listen to the signal.

    With DEBUG Django asks no handler, it makes a technical page.
    """
    for status in (400, 403, 404, 500):
        name = f"handler{status}"
        default = getattr(defaults, _DEFAULTS[status])
        if getattr(default_urls, name) is default:
            setattr(default_urls, name, globals()[name])
    URLResolver.resolve_error_handler = _resolve_ours  # type: ignore[assignment, method-assign]
    csrf_middleware._get_failure_view = _get_ours  # type: ignore[attr-defined]
    debug.technical_404_response = technical_404  # type: ignore[assignment]
    debug.technical_500_response = technical_500  # type: ignore[assignment]
    got_request_exception.connect(
        on_request_exception, dispatch_uid="fireline.got_request_exception"
    )


_DEFAULTS = {
    400: "bad_request",
    403: "permission_denied",
    404: "page_not_found",
    500: "server_error",
}
