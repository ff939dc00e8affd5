"""Routes to count."""

import time

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import path


def works(request, number=0):
    return HttpResponse("ok")


def breaks(request):
    raise ValueError("broken")


def missing(request, number):
    raise Http404


def slow(request):
    time.sleep(0.02)
    return HttpResponse("ok")


def stream(request):
    def chunks():
        for _ in range(2):
            time.sleep(0.01)
            yield b"chunk"

    return StreamingHttpResponse(chunks())


urlpatterns = [
    path("", works),
    path("works/<int:number>/", works),
    path("breaks/", breaks),
    path("missing/<int:number>/", missing),
    path("slow/", slow),
    path("stream/", stream),
]
