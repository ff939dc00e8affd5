"""One line for each request."""

from asyncio import CancelledError

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.errors import fail
from fireline.logs import access
from fireline.middleware.layer import Layer, tells_itself
from fireline.scope import Scope


class RequestLoggingMiddleware(Layer):
    """Ids, and the access line; for those who do not take FirelineMiddleware."""

    is_logging = True

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Write the line."""
        if not tells_itself(request):
            log(scope, request, response, was_left=was_left)

    def abandoned(self, scope: Scope, request: HttpRequest, interruption: BaseException) -> None:
        """Write the line of a request without an answer."""
        if tells_itself(request):
            return
        status = access.status_without_answer(interruption)
        if status == access.CLIENT_LEFT:
            access.write(scope, request, status, client_left=True)
        else:
            if isinstance(interruption, CancelledError):  # no Exception: nobody else would tell it
                fail(interruption)
            access.write(scope, request, status, interruption=type(interruption).__name__)


def log(scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool) -> None:
    """Write the line of a request with this answer."""
    if was_left:
        access.write(scope, request, access.CLIENT_LEFT, client_left=True)
    else:
        access.write(scope, request, response.status_code)
