"""A service whose views fail below middlewares of its own, all of them code of its own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.decorators import api_view


class Refused(Exception):
    """What a payment does."""


def pay(order: int) -> HttpResponse:
    """Fails, whoever calls."""
    raise Refused(f"order {order}")


def show(request: HttpRequest) -> HttpResponse:
    """A plain view."""
    return pay(7)


async def wait(request: HttpRequest) -> HttpResponse:
    """An async one."""
    return pay(8)


@api_view()
def api(request: Any) -> HttpResponse:
    """One of DRF."""
    return pay(9)


class Timing:
    """A middleware as a class."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.measured(request)

    def measured(self, request: HttpRequest) -> HttpResponse:
        """Calls the next one from deeper inside."""
        return self.get_response(request)


def plain(get_response: Any) -> Any:
    """A middleware as a function."""

    def now(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return now


urlpatterns = [path("show/", show), path("wait/", wait), path("api/", api)]
