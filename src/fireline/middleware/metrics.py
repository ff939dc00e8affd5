"""Requests counted."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.logs.access import CLIENT_LEFT, status_without_answer
from fireline.metrics import count_request
from fireline.middleware.layer import Layer
from fireline.scope import Scope


class MetricsMiddleware(Layer):
    """Figures of requests alone; for those who do not take FirelineMiddleware."""

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Count the request."""
        count(scope, request, CLIENT_LEFT if was_left else response.status_code)

    def abandoned(self, scope: Scope, request: HttpRequest, interruption: BaseException) -> None:
        """Count the request that got no answer."""
        count(scope, request, status_without_answer(interruption))


def count(scope: Scope, request: HttpRequest, status: int) -> None:
    """Count the request of this scope, by the clock that its access line has."""
    count_request(request, status, scope.lasted(), scope.correlation_id)
