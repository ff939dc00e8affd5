"""
Probes: what orchestrators, load balancers and scrapers ask, answered before all else.

`answer` and `answer_async` give the answer to a request that asks a probe, `None` to any other.
"""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse

from fireline.errors import complain, fail, guarded
from fireline.errors.describe import description_of_status
from fireline.health import refresh
from fireline.logs import access
from fireline.probes import draining, health, metrics, paths
from fireline.scope import Scope, leave, open_for
from fireline.scope.trust import is_trusted

Answer = Callable[[HttpRequest], HttpResponse]
AnswerAsync = Callable[[HttpRequest], Awaitable[HttpResponse]]


def scrape(request: HttpRequest) -> HttpResponse:
    """The figures; those of the checks are of now, too, where nobody else probes."""
    if is_trusted(request):
        guarded(refresh)
    return metrics.answer(request)


async def scrape_async(request: HttpRequest) -> HttpResponse:
    """The same, while the event loop goes on."""
    if is_trusted(request):
        guarded(refresh)
    return await metrics.answer_async(request)


ANSWERS: dict[str, Answer] = {
    "live": health.live,
    "ready": health.ready,
    "health": health.overall,
    "metrics": scrape,
}
ANSWERS_ASYNC: dict[str, AnswerAsync] = {
    "ready": health.ready_async,
    "health": health.overall_async,
    "metrics": scrape_async,
}

_METHODS = ("GET", "HEAD")


def begin() -> None:
    """Prepare to be asked; when a process begins to serve."""
    paths.lay_out()
    draining.begin()


def answer(request: HttpRequest) -> HttpResponse | None:
    """The answer, where the request asks a probe that is ours to answer."""
    probe = paths.probe_of(request)
    if probe is None:
        return None
    scope = open_for(request)
    return _finished(scope, request, answer_of(probe, request))


async def answer_async(request: HttpRequest) -> HttpResponse | None:
    """The same, while the event loop goes on."""
    probe = paths.probe_of(request)
    if probe is None:
        return None
    scope = open_for(request)
    if probe not in ANSWERS_ASYNC or request.method not in _METHODS:
        return _finished(scope, request, answer_of(probe, request))
    try:
        response = await ANSWERS_ASYNC[probe](request)
    except Exception as error:
        response = _broken(probe, error)
    return _finished(scope, request, response)


def answer_of(probe: str, request: HttpRequest) -> HttpResponse:
    """What this probe answers; 503 where it breaks, for a 404 could be answered by a catch-all with 200."""
    if request.method not in _METHODS:
        fail(None, description=description_of_status(405))
        return HttpResponse(status=405, headers={"Allow": ", ".join(_METHODS)})
    try:
        return ANSWERS[probe](request)
    except Exception as error:
        return _broken(probe, error)


def _broken(probe: str, error: Exception) -> HttpResponse:
    complain(f"the probe {probe}", error)
    return HttpResponse(status=503)


def _finished(scope: Scope, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ids; the access log hears of failures only, lest probes flood it."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        response.content = b""
    response.headers["X-Correlation-ID"] = scope.correlation_id
    response.headers["Access-Control-Expose-Headers"] = "X-Correlation-ID, X-Error-ID"
    if response.status_code >= 400:
        if scope.failure is not None:
            response.headers["X-Error-ID"] = scope.failure.error_id
        # Told already, and once: Django's own line would mail the admins at every probe.
        response._has_been_logged = True  # type: ignore[attr-defined]
        access.write(scope, request, response.status_code)
    response._resource_closers.append(leave)  # type: ignore[attr-defined]
    return response
