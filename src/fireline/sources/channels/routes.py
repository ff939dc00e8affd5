"""Which route of Channels' routers has led to a consumer."""

from typing import Any

from channels.routing import URLRouter
from django.urls.exceptions import Resolver404

_PASSED = "fireline.routers"

# What Channels and Django raise where nobody serves such a path, or no sockets at all.
_NOBODY = (
    "No route found for path",
    "No application configured for scope type",
    "Django can only handle ASGI/HTTP connections",
)

_own_call = URLRouter.__call__


async def _call(router: Any, scope: Any, receive: Any, send: Any) -> Any:
    """Channels' own; the server's scope notes which routers the socket has come through."""
    if scope["type"] == "websocket":
        passed = scope.setdefault(_PASSED, [])
        passed.append((router, scope.get("path_remaining", scope.get("path", "")).lstrip("/")))
        known = len(passed)
        try:
            return await _own_call(router, scope, receive, send)
        except Resolver404:  # Channels goes on with the next route
            del passed[known - 1 :]
            raise
    return await _own_call(router, scope, receive, send)


def route_of(scope: Any) -> str | None:
    """The route, as a URLconf writes it: `ws/customers/<int:pk>/`; None without a router of Channels."""
    passed = scope.get(_PASSED, ())
    if not passed:
        return None
    remaining = [path for _, path in passed[1:]] + [scope.get("path_remaining", "")]
    parts = [
        _part(router, path, rest.lstrip("/"))
        for (router, path), rest in zip(passed, remaining, strict=True)
    ]
    return "".join(parts)


def _part(router: Any, path: str, rest: str) -> str:
    for route in router.routes:
        match = route.pattern.match(path)
        if match and match[0].lstrip("/") == rest:
            return str(route.pattern)
    return ""


def is_no_route(error: BaseException) -> bool:
    """Whether this says that nobody serves such a socket here."""
    if isinstance(error, Resolver404):
        return True
    return isinstance(error, ValueError) and str(error).startswith(_NOBODY)


def install() -> None:
    """Let the routers note the way."""
    URLRouter.__call__ = _call
