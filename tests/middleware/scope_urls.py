"""Views that show how far a scope reaches."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

import fireline


def binds(request: HttpRequest) -> HttpResponse:
    fireline.bind(order=7)
    return HttpResponse("works")


async def binds_async(request: HttpRequest) -> HttpResponse:
    fireline.bind(order=7)
    return HttpResponse("works")


urlpatterns = [path("binds/", binds), path("binds-async/", binds_async)]
