"""The recommended first middleware: what the outer single ones do, in one layer."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.middleware.request_logging import RequestLoggingMiddleware
from fireline.middleware.security import watch
from fireline.scope import Scope


class FirelineMiddleware(RequestLoggingMiddleware):
    """Ids, clock, access line and security events; put it first."""

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Write the access line, and look for attempts."""
        super().ended(scope, request, response, was_left=was_left)
        watch(request, response)
