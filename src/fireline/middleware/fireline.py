"""The recommended first middleware: what the outer single ones do, in one layer."""

from collections.abc import Awaitable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline import probes
from fireline.logs.access import CLIENT_LEFT, status_without_answer
from fireline.middleware.layer import GetResponse, tells_itself
from fireline.middleware.metrics import count
from fireline.middleware.request_logging import RequestLoggingMiddleware, log
from fireline.middleware.security import watch
from fireline.probes.paths import PATHS
from fireline.scope import Scope


class FirelineMiddleware(RequestLoggingMiddleware):
    """Probes, ids, clock, figures, access line and security events; put it first."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        probes.begin()

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """The answer of the rest of the service, or of a probe."""
        if request.path_info in PATHS:
            return self._probed_async(request) if self.is_async else self._probed(request)
        return super().__call__(request)

    def _probed(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return probes.answer(request) or super().__call__(request)

    async def _probed_async(self, request: HttpRequest) -> HttpResponseBase:
        return await probes.answer_async(request) or await self._call_async(request)

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Count the request, write its access line, and look for attempts."""
        count(scope, request, CLIENT_LEFT if was_left else response.status_code)
        if not tells_itself(request):
            log(scope, request, response, was_left=was_left)
            watch(scope, request, response)

    def abandoned(self, scope: Scope, request: HttpRequest, interruption: BaseException) -> None:
        """Count the request without an answer, and write its line."""
        count(scope, request, status_without_answer(interruption))
        super().abandoned(scope, request, interruption)
