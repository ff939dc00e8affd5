"""A service with an admin of its own, a catch-all at the end, and views that refuse."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_protect
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response


def works(request: HttpRequest) -> HttpResponse:
    return HttpResponse("works")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("not yours")


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("works")


@api_view(["GET"])
def fails(request: Request, how: str) -> Response:
    raise {
        "unauthenticated": exceptions.NotAuthenticated,
        "authentication": exceptions.AuthenticationFailed,
        "throttled": exceptions.Throttled,
    }[how]


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Pages of a CMS, whatever their address: two of them exist."""
    if slug in {"about", "backup"}:
        return HttpResponse("a page")
    raise Http404("no such page")


routes = [
    path("works/", works),
    path("administrator/", works),
    path("admin/", admin.site.urls),
    path("refuses/", refuses),
    path("form/", form),
    path("fails/<str:how>/", fails),
]
catch_all = re_path(r"^pages/(?P<slug>.*?)/?$", page)
everything = re_path(r"^(?P<slug>.*?)/?$", page)

urlpatterns = [*routes, catch_all]
