"""The HTTP request that has opened a socket, as far as somebody asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, QueryDict, parse_cookie
from django.utils import translation


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What Channels' routers have found: the route, whom it leads to, and its label in figures."""

    route: str
    view_name: str
    endpoint: str


@lru_cache(maxsize=1024)
def match_of(route: str, consumer: Any) -> Match:
    """The same for every socket on this route."""
    return Match(
        route=route,
        view_name=f"{consumer.__module__}.{consumer.__qualname__}",
        endpoint=f"/{route}",
    )


class Handshake(HttpRequest):
    """
    An HttpRequest over the scope of an ASGI server, for whoever tells of the socket.

    It keeps little, because it lives as long as its socket; everything else is read when asked for.
    """

    def __init__(self, asgi: Mapping[str, Any], socket: object = None) -> None:
        self.asgi = asgi
        self.socket = socket
        """What it has opened, while that lasts."""
        self.resolver_match: Any = None

    method = "WEBSOCKET"

    @property
    def path(self) -> str:  # type: ignore[override]
        """The path as it was asked for."""
        return str(self.asgi.get("path") or "")

    path_info = path

    @property
    def META(self) -> dict[str, Any]:  # type: ignore[override]  # noqa: N802 (Django's name)
        """The headers and addresses in WSGI's words."""
        client = self.asgi.get("client") or ("",)
        meta: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.asgi.get("query_string", b"").decode("latin-1"),
            "REMOTE_ADDR": client[0] or "",
        }
        for name, value in self.asgi.get("headers", ()):
            if b"_" in name:  # `X_Real_IP` would pass for `X-Real-IP`
                continue
            key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
            text = value.decode("latin-1")
            meta[key] = f"{meta[key]},{text}" if key in meta else text
        return meta

    @property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override]  # noqa: N802 (Django's name)
        """The cookies that the handshake has brought."""
        return parse_cookie(self.META.get("HTTP_COOKIE", ""))

    @property
    def GET(self) -> Any:  # type: ignore[override]  # noqa: N802 (Django's name)
        """The parameters of the query."""
        return QueryDict(self.META["QUERY_STRING"], encoding="utf-8")


def language_of(handshake: Handshake) -> str | None:
    """The client's language, where the service answers in it; else the service's own."""
    if "django.middleware.locale.LocaleMiddleware" not in django_settings.MIDDLEWARE:
        return translation.get_language()
    return translation.get_language_from_request(handshake)
