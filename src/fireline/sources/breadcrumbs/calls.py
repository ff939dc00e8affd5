"""HTTP calls to others: of `http.client`, and so of urllib, urllib3 and requests; and of httpx."""

import sys
from http.client import HTTPConnection, HTTPResponse
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from fireline.errors import guarded
from fireline.scope import current
from fireline.scope.crumbs import note

_own_putrequest = HTTPConnection.putrequest
_own_getresponse = HTTPConnection.getresponse

_CALL = "_fireline_call"


def putrequest(connection: Any, method: str, url: str, *args: Any, **kwargs: Any) -> None:
    """`HTTPConnection.putrequest`; what is asked is remembered until there is an answer."""
    if current() is not None:
        connection.__dict__[_CALL] = (method, url, perf_counter())
    return _own_putrequest(connection, method, url, *args, **kwargs)


def getresponse(connection: Any, *args: Any, **kwargs: Any) -> HTTPResponse:
    """`HTTPConnection.getresponse`; the call is noted, also where no answer comes."""
    call = connection.__dict__.pop(_CALL, None)
    if call is None:
        return _own_getresponse(connection, *args, **kwargs)
    status = None
    try:
        response = _own_getresponse(connection, *args, **kwargs)
        status = response.status
        return response
    finally:
        guarded(_note, connection, call, status)


def _note(connection: Any, call: tuple[str, str, float], status: int | None) -> None:
    method, url, since = call
    host = getattr(connection, "_tunnel_host", None) or connection.host
    scheme = "https" if connection.default_port == 443 else "http"
    port = "" if connection.port == connection.default_port else f":{connection.port}"
    if "://" not in url:  # by a proxy the whole address is asked for
        url = f"{scheme}://{host}{port}{url}"
    _say(method, url, since, status)


def _say(method: str, url: str, since: float, status: int | None) -> None:
    """Without the query and the credentials, which are nobody's matter."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    took = int((perf_counter() - since) * 100_000) / 100
    note(
        "http",
        f"{method} {parts.scheme}://{host}{parts.path}",
        {"status_code": status, "duration_ms": took},
        "info" if status is not None and status < 400 else "warning",
    )


def _say_of(request: Any, since: float, status: int | None) -> None:
    _say(request.method, str(request.url), since, status)


def _watch_httpx(httpx: Any) -> None:
    own_send, own_async_send = httpx.Client.send, httpx.AsyncClient.send

    def send(client: Any, request: Any, **kwargs: Any) -> Any:
        since, status = perf_counter(), None
        try:
            response = own_send(client, request, **kwargs)
            status = response.status_code
            return response
        finally:
            guarded(_say_of, request, since, status)

    async def send_async(client: Any, request: Any, **kwargs: Any) -> Any:
        since, status = perf_counter(), None
        try:
            response = await own_async_send(client, request, **kwargs)
            status = response.status_code
            return response
        finally:
            guarded(_say_of, request, since, status)

    httpx.Client.send, httpx.AsyncClient.send = send, send_async


def install() -> None:
    """Take the place of both methods, and of httpx's where somebody has imported it by now."""
    HTTPConnection.putrequest = putrequest  # type: ignore[assignment, method-assign]
    HTTPConnection.getresponse = getresponse  # type: ignore[assignment, method-assign]
    if (httpx := sys.modules.get("httpx")) is not None:
        _watch_httpx(httpx)
