"""What /metrics/ answers."""

import gzip

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from fireline import conf
from fireline.answers import answer as error_answer
from fireline.answers import shape_for
from fireline.answers.shapes import PROBLEM
from fireline.errors import fail
from fireline.metrics.render import format_for, rendered
from fireline.scope.trust import is_trusted
from fireline.timed import Finding, Timed

_LIMIT = 10.0
"""Seconds that a scrape may take, Prometheus' own default; a disk that hangs must not hold a worker."""

_COMPRESSED_FROM = 2000

_renderings: dict[str, Timed[bytes]] = {}


def answer(request: HttpRequest) -> HttpResponse:
    """The figures in the format that Accept names; 403 for those whom nobody has let in."""
    if not is_trusted(request):
        return _refused(request)
    content_type = format_for(request.META.get("HTTP_ACCEPT", ""))
    return _answered(request, content_type, _rendering(content_type).ask(_LIMIT))


async def answer_async(request: HttpRequest) -> HttpResponse:
    """The same, while the event loop goes on."""
    if not is_trusted(request):
        return _refused(request)
    content_type = format_for(request.META.get("HTTP_ACCEPT", ""))
    return _answered(request, content_type, await _rendering(content_type).ask_async(_LIMIT))


def _rendering(content_type: str) -> Timed[bytes]:
    if content_type not in _renderings:  # there are three
        _renderings[content_type] = Timed(lambda: rendered(content_type))
    return _renderings[content_type]


def _answered(request: HttpRequest, content_type: str, found: Finding[bytes]) -> HttpResponse:
    if found.value is None:
        raise found.error or RuntimeError("nothing was rendered")
    body = found.value
    response = HttpResponse(body, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Encoding"
    if len(body) > _COMPRESSED_FROM and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response.content = gzip.compress(body, 1)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    settings = conf.current()
    is_closed = not settings.MONITORING_TOKEN and not settings.MONITORING_NETWORKS
    why = "neither is set" if is_closed else "this request has neither"
    report = fail(
        PermissionDenied(f"/metrics/ opens to MONITORING_TOKEN and MONITORING_NETWORKS; {why}")
    )
    return error_answer(request, report, shape_for(request) or PROBLEM)
