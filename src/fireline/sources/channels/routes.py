"""Which route of Channels' routers has led to a consumer."""

from typing import Any

from asgiref.sync import markcoroutinefunction
from channels.routing import URLRouter
from django.urls.exceptions import Resolver404

from fireline.sources.channels.socket import Socket, socket_here

_PASSED = "fireline.routers"

# What Channels and Django raise where nobody serves such a path, or no sockets at all.
_NOBODY = (
    "No route found for path",
    "No application configured for scope type",
    "Django can only handle ASGI/HTTP connections",
)

_own_call = URLRouter.__call__


@markcoroutinefunction
def _call(router: Any, scope: Any, receive: Any, send: Any) -> Any:
    """Channels' own; the socket notes which routers it has come through."""
    if scope["type"] == "websocket":
        path = scope.get("path_remaining", scope.get("path", "")).lstrip("/")
        socket = socket_here()
        if socket is None:  # one whose consumer is watched by itself is opened later
            passed = scope.setdefault(_PASSED, [])
        else:
            passed = socket.routers = socket.routers or []
        passed.append((router, path))
    return _own_call(router, scope, receive, send)  # not awaited: a frame less for each socket


def route_of(socket: Socket, scope: Any) -> str | None:
    """The route, as a URLconf writes it: `ws/customers/<int:pk>/`; None without a router of Channels."""
    passed = socket.routers or scope.get(_PASSED)
    if not passed:
        return None
    route, rest = "", scope.get("path_remaining", "")
    # From its end: a router that has found nothing stands before the one that Channels tried next.
    for router, path in reversed(passed):
        if (part := _part(router, path, rest.lstrip("/"))) is not None:
            route, rest = part + route, path
    socket.routers = None
    return route


def _part(router: Any, path: str, rest: str) -> str | None:
    for route in router.routes:
        match = route.pattern.match(path)
        if match and match[0].lstrip("/") == rest:
            return str(route.pattern)
    return None


def is_no_route(error: BaseException) -> bool:
    """Whether this says that nobody serves such a socket here."""
    if isinstance(error, Resolver404):
        return True
    return isinstance(error, ValueError) and str(error).startswith(_NOBODY)


def install() -> None:
    """Let the routers note the way."""
    URLRouter.__call__ = _call
