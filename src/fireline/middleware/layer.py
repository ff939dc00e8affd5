"""What every middleware of Fireline does: find or open the scope, and close it with the answer."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.answers import shape_for
from fireline.answers.negotiate import PROBLEM_TYPE, names_problem
from fireline.errors import complain, fail, guarded
from fireline.errors.describe import description_of_status
from fireline.errors.pipeline import settle
from fireline.errors.told import known_by_id
from fireline.middleware.streaming import watch_stream
from fireline.scope import Scope, bound, current, inside, leave, leave_for_good, opened

GetResponse = Callable[[HttpRequest], Any]

_OURS = ("X-Correlation-ID", "X-Error-ID")
_EXPOSED = ("Access-Control-Expose-Headers", ", ".join(_OURS))


class Layer:
    """
    A middleware, native in sync and async: no adapter, no thread, no hop but for a page of errors.

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
        if not apps.is_installed("fireline"):
            raise ImproperlyConfigured(
                f"{type(self).__name__} is in MIDDLEWARE, but the app of Fireline is not installed. "
                "Add 'fireline' to INSTALLED_APPS."
            )
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
            if scope.is_logged:  # one of us further out does it all
                return self.get_response(request)  # type: ignore[no-any-return]
            scope.is_logged = True
        try:
            response = self.get_response(request)
        except BaseException as interruption:
            self._leave(scope, request, interruption, is_outermost)
            raise
        return self._finish(scope, request, response, is_outermost)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        scope = current()
        is_outermost = scope is None or scope.request is not request
        if scope is None or is_outermost:
            scope = self._opened(request)
        if self.is_logging:
            if scope.is_logged:
                return await self.get_response(request)  # type: ignore[no-any-return]
            scope.is_logged = True
        try:
            response = await self.get_response(request)
        except BaseException as interruption:
            self._leave(scope, request, interruption, is_outermost)
            raise
        if response.status_code >= 400 and guarded(self.makes_page, request, response):
            finish = sync_to_async(self._finish, thread_sensitive=True)
            return await finish(scope, request, response, is_outermost)
        return self._finish(scope, request, response, is_outermost)

    def makes_page(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Whether `answered` will make a page: a project's own may ask for the user, and so the database."""
        return False

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

    def _leave(
        self, scope: Scope, request: HttpRequest, interruption: BaseException, is_outermost: bool
    ) -> None:
        guarded(self.abandoned, scope, request, interruption)
        if is_outermost:
            leave_for_good(scope)

    def _opened(self, request: HttpRequest) -> Scope:
        scope = opened(request)
        scope.awaits_status = True
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
            is_streaming = response.streaming
            if is_streaming and (is_outermost or self.has_duty):
                self._watch(scope, request, response)
            if is_outermost:  # behind the closer of `_watch`, which still needs the scope
                response._resource_closers.append(leave)  # type: ignore[attr-defined]
            if self.has_duty and not is_streaming:
                self.ended(scope, request, response, was_left=False)
        except Exception as error:
            complain(type(self).__qualname__, error)
        return response

    def _watch(self, scope: Scope, request: HttpRequest, response: HttpResponseBase) -> None:
        def end(was_left: bool) -> None:
            self.ended(scope, request, response, was_left=was_left)

        # A server may read and close the answer in a context that knows neither.
        watch_stream(response, end, partial(inside, scope, bound()))


def _sign(scope: Scope, response: Any) -> None:
    """Put the ids on the answer; an error that nobody has reported is reported by its status."""
    scope.awaits_status = False
    if scope.waiting is not None:
        settle(scope, response.status_code)
    # A response that a module keeps bears what the request before has left on it.
    if response.status_code >= 400 and not (scope.failure is None and tells_itself(scope.request)):
        if scope.failure is None:
            # An answer that the view has from another view, which has told it.
            scope.failure = known_by_id(scope, response.headers.get("X-Error-ID"))
        if scope.failure is None:
            fail(None, description=description_of_status(response.status_code))
        response["X-Error-ID"] = scope.failure.error_id
    # Straight into the store: names and values are ours, and Django's checks cost as much as all else.
    store = response.headers._store
    store["x-correlation-id"] = ("X-Correlation-ID", scope.correlation_id)
    exposed = store.get("access-control-expose-headers")
    if exposed is None:
        store["access-control-expose-headers"] = _EXPOSED
    elif exposed is not _EXPOSED:
        store["access-control-expose-headers"] = (exposed[0], _with_ours(exposed[1]))


def tells_itself(request: HttpRequest | None) -> bool:
    """
    Whether the view wants no report, no line and no security event of its requests.

    The tracker's do: a flood of refused envelopes is no flood of failures of this service, and a
    report of each would come to the tracker again.
    """
    match = request.resolver_match if request is not None else None
    return match is not None and getattr(match.func, "tells_itself", False)


def _with_ours(exposed: str) -> str:
    names = [name.strip() for name in exposed.split(",") if name.strip()]
    known = {name.lower() for name in names}
    return ", ".join([*names, *(name for name in _OURS if name.lower() not in known)])


def _accept_successes_too(request: HttpRequest) -> None:
    """
    Let a client that accepts only problems have its successes.

    Such an Accept header speaks of errors; DRF would answer a success with 406.
    """
    accept = request.META["HTTP_ACCEPT"]
    named = {media.partition(";")[0].strip() for media in accept.lower().split(",")}
    if named == {PROBLEM_TYPE} and shape_for(request) is not None:
        request.META["HTTP_ACCEPT"] = f"{accept}, */*;q=0.1"
