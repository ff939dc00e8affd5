"""The recommended first middleware: what the outer single ones do, in one layer."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.logs.access import CLIENT_LEFT, status_without_answer
from fireline.middleware.metrics import count
from fireline.middleware.request_logging import RequestLoggingMiddleware
from fireline.middleware.security import watch
from fireline.scope import Scope


class FirelineMiddleware(RequestLoggingMiddleware):
    """Ids, clock, figures, access line and security events; put it first."""

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Count the request, write its access line, and look for attempts."""
        count(scope, request, CLIENT_LEFT if was_left else response.status_code)
        super().ended(scope, request, response, was_left=was_left)
        watch(request, response)

    def abandoned(self, scope: Scope, request: HttpRequest, interruption: BaseException) -> None:
        """Count the request without an answer, and write its line."""
        count(scope, request, status_without_answer(interruption))
        super().abandoned(scope, request, interruption)
