"""The last middleware: it sees an exception before anybody else, and answers it."""

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from fireline.answers import Shape, answer, respond, shape_for, swallowed, wants_page
from fireline.errors import fail, guarded
from fireline.errors.describe import description_of_status
from fireline.middleware.layer import Layer
from fireline.scope import Scope, visiting


class ErrorHandlingMiddleware(Layer):
    """
    Reports what a view raises, and answers it in the service's shape; put it last.

    Without RESPONSE_FORMAT it only reports, and the exception goes its way through Django.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to this exception, or None where Django's stands."""
        with visiting(request):
            response = guarded(respond, request, exception)
            if response is not None:
                guarded(swallowed, request, exception, response)
            return response

    def makes_page(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Whether the answer is missing, and will be a page."""
        return _missing_shape(request, response) is not None and wants_page(request)

    def answered(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, or one in the service's shape for an error without a body, such as Django's 405."""
        shape = _missing_shape(request, response)
        if shape is None:
            return response
        report = scope.failure or fail(
            None, description=description_of_status(response.status_code)
        )
        made = answer(request, report, shape)
        for name, value in response.items():
            if name.lower() not in {"content-type", "content-length"}:
                made.headers.setdefault(name, value)
        made.cookies = response.cookies
        return made


def _missing_shape(request: HttpRequest, response: HttpResponseBase) -> Shape | None:
    """The shape of the answer that nobody has made yet."""
    if response.status_code < 400 or "X-Error-ID" in response.headers:
        return None
    if not _is_empty(request, response):
        return None
    shape = shape_for(request)
    return None if shape is None or (django_settings.DEBUG and wants_page(request)) else shape


def _is_empty(request: HttpRequest, response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and request.method != "HEAD" and not response.content
