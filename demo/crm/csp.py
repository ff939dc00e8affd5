"""The header Content-Security-Policy for Django 5.2; from 6.0 on Django brings a middleware."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def content_security_policy(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """SECURE_CSP as a header, where the answer does not bring its own."""
    policy = "; ".join(f"{name} {' '.join(given)}" for name, given in settings.SECURE_CSP.items())

    def signed(response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    async def call_async(request: HttpRequest) -> HttpResponseBase:
        return signed(await get_response(request))

    def call(request: HttpRequest) -> HttpResponseBase:
        return signed(get_response(request))

    return call_async if iscoroutinefunction(get_response) else call
