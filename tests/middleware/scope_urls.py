"""Views that show how far a scope reaches."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, StreamingHttpResponse
from django.urls import path

import fireline


def binds(request: HttpRequest) -> HttpResponse:
    fireline.bind(order=7)
    return HttpResponse("works")


async def binds_async(request: HttpRequest) -> HttpResponse:
    fireline.bind(order=7)
    return HttpResponse("works")


def stops(request: HttpRequest) -> HttpResponse:
    raise SystemExit(1)


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        if "fail" in request.GET:
            raise ValueError("broken in the middle")

    fireline.bind(export="e1")
    return StreamingHttpResponse(chunks())


WORKS = HttpResponse("works")
REFUSED = HttpResponseForbidden("no")


def kept(request: HttpRequest) -> HttpResponse:
    """A response that the module keeps for all who ask."""
    return WORKS if "works" in request.GET else REFUSED


urlpatterns = [
    path("binds/", binds),
    path("binds-async/", binds_async),
    path("stops/", stops),
    path("streams/", streams),
    path("kept/", kept),
]
