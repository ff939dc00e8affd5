"""What every middleware of Fireline does: find or open the scope, and close it with the answer."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.answers import shape_for, with_ids
from fireline.answers.negotiate import PROBLEM_TYPE, names_problem
from fireline.errors import complain, fail, guarded
from fireline.errors.describe import description_of_status
from fireline.middleware.streaming import watch_stream
from fireline.scope import Scope, current, leave, opened

GetResponse = Callable[[HttpRequest], Any]

_EXPOSED = "X-Correlation-ID, X-Error-ID"


class Layer:
    """
    A middleware, native in sync and async: no adapter, no thread, no hop.

    The outermost layer opens the scope and signs the answer with its ids. A subclass does its duty
    in `ended`, which is called once: for a streaming answer when the stream is closed.
    """

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    is_logging: ClassVar[bool] = False
    """Whether `ended` writes a line about the request, so that Django's own need not be kept."""

    has_duty: ClassVar[bool] = False
    """Whether the subclass has anything to do in `ended`."""

    def __init_subclass__(cls) -> None:
        cls.has_duty = cls.ended is not Layer.ended

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """The answer of the rest of the service."""
        if self.is_async:
            return self._call_async(request)
        scope = current()
        is_outermost = scope is None or scope.request is not request
        if scope is None or is_outermost:
            scope = self._opened(request)
        if self.is_logging:
            scope.is_logged = True
        try:
            response = self.get_response(request)
        except BaseException as interruption:
            guarded(self.abandoned, scope, request, interruption)
            raise
        return self._finish(scope, request, response, is_outermost)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        scope = current()
        is_outermost = scope is None or scope.request is not request
        if scope is None or is_outermost:
            scope = self._opened(request)
        if self.is_logging:
            scope.is_logged = True
        try:
            response = await self.get_response(request)
        except BaseException as interruption:
            guarded(self.abandoned, scope, request, interruption)
            raise
        return self._finish(scope, request, response, is_outermost)

    def answered(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer that goes on its way; for the one layer that may exchange it."""
        return response

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """The duty, when the answer is given; `was_left` where the client left in its middle."""

    def abandoned(self, scope: Scope, request: HttpRequest, interruption: BaseException) -> None:
        """The duty, when there is no answer: the client has left, or the worker is being stopped."""

    def _opened(self, request: HttpRequest) -> Scope:
        scope = opened(request)
        if names_problem(request):
            guarded(_accept_successes_too, request)
        return scope

    def _finish(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, is_outermost: bool
    ) -> HttpResponseBase:
        try:
            if response.status_code >= 400:
                response = self.answered(scope, request, response)
            if is_outermost:
                _sign(scope, response)
            if response.streaming and (is_outermost or self.has_duty):
                self._watch(scope, request, response)
            elif self.has_duty:
                self.ended(scope, request, response, was_left=False)
        except Exception as error:
            complain(type(self).__qualname__, error)
        return response

    def _watch(self, scope: Scope, request: HttpRequest, response: HttpResponseBase) -> None:
        def end(was_left: bool) -> None:
            self.ended(scope, request, response, was_left=was_left)

        watch_stream(response, end)


def _sign(scope: Scope, response: Any) -> None:
    """Put the ids on the answer; an error that nobody has reported is reported by its status."""
    headers = response.headers
    if response.status_code >= 400:
        if scope.failure is None:
            fail(None, description=description_of_status(response.status_code))
        if "X-Error-ID" not in headers:
            with_ids(response, scope.failure)
    # Straight into the store: names and values are ours, and Django's checks cost as much as all else.
    store = headers._store
    store["x-correlation-id"] = ("X-Correlation-ID", scope.correlation_id)
    exposed = store.get("access-control-expose-headers")
    store["access-control-expose-headers"] = (
        "Access-Control-Expose-Headers",
        f"{exposed[1]}, {_EXPOSED}" if exposed else _EXPOSED,
    )
    response._resource_closers.append(leave)


def _accept_successes_too(request: HttpRequest) -> None:
    """
    Let a client that accepts only problems have its successes.

    Such an Accept header speaks of errors; DRF would answer a success with 406.
    """
    accept = request.META["HTTP_ACCEPT"]
    named = {media.partition(";")[0].strip() for media in accept.lower().split(",")}
    if named == {PROBLEM_TYPE} and shape_for(request) is not None:
        request.META["HTTP_ACCEPT"] = f"{accept}, */*;q=0.1"
