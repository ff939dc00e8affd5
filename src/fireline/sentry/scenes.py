"""The scene of an event: the request, the user, the route, and what happened before."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

from fireline.errors import guarded
from fireline.metrics.families import endpoint_of
from fireline.scope import Scope, bound
from fireline.scope.client import address_of, user_of
from fireline.scope.crumbs import CHARACTERS, Crumb
from fireline.scrub import scrubbed_text, shown
from fireline.sentry import plain

_HEADERS = 64
_CHARACTERS = 1000
_PARAMETERS = 100

_PERSONAL = frozenset(
    "COOKIE FORWARDED X_FORWARDED_FOR X_REAL_IP X_CLIENT_IP CF_CONNECTING_IP TRUE_CLIENT_IP".split()
)
"""Headers that say who it is."""

_PERSONAL_ENDS = ("_FOR", "_IP", "_CLIENTIP", "_USER", "_EMAIL", "_USERNAME", "_OIDC_IDENTITY")
"""And those by which proxies do."""


def request_of(
    request: HttpRequest, *, is_personal: bool, body_at_most: int | None
) -> dict[str, Any]:
    """
    The request as Sentry's protocol has it; the redaction is yet to come.

    Of the body what has been read already, where personal data may be sent; nothing is read for it.
    """
    meta = request.META
    said: dict[str, Any] = {
        "method": request.method,
        "url": _address(request, meta),
        "headers": _headers(meta, is_personal=is_personal),
        "env": {name: meta[name] for name in ("SERVER_NAME", "SERVER_PORT") if name in meta},
    }
    if query := meta.get("QUERY_STRING"):
        first = "&".join(query[:10_000].split("&", _PARAMETERS)[:_PARAMETERS])
        said["query_string"] = [list(pair) for pair in guarded(parse_qsl, first, True) or ()]
    if is_personal:
        said["env"]["REMOTE_ADDR"] = guarded(address_of, request)
        if body_at_most and (body := guarded(_body, request, body_at_most)):
            said["data"] = body
    return said


def _address(request: HttpRequest, meta: Mapping[str, Any]) -> str:
    """As it was asked for; Django's own way refuses hosts that are not allowed."""
    socket = getattr(request, "asgi", None)  # of a socket, what its server has said
    scheme = socket.get("scheme", "ws") if socket else guarded(getattr, request, "scheme")
    host = str(meta.get("HTTP_HOST") or meta.get("SERVER_NAME") or "")[:255]
    return f"{scheme or 'http'}://{host}{request.path}"


def _headers(meta: Mapping[str, Any], *, is_personal: bool) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in meta.items():
        if name.startswith("HTTP_"):
            name = name[5:]  # noqa: PLW2901
        elif name not in {"CONTENT_TYPE", "CONTENT_LENGTH"} or not value:
            continue
        if len(headers) < _HEADERS and (is_personal or not _is_personal(name)):
            headers[name.replace("_", "-").title()] = shown(str(value), _CHARACTERS)
    return headers


def _is_personal(name: str) -> bool:
    return name in _PERSONAL or name.endswith(_PERSONAL_ENDS)


def _body(request: HttpRequest, at_most: int) -> Any:
    known = request.__dict__
    if known.get("_post"):
        return {name: values[:10] for name, values in list(request.POST.lists())[:_PARAMETERS]}
    body: bytes = known.get("_body") or b""
    return body.decode("utf-8", "replace") if 0 < len(body) <= at_most else None


def user_said(request: HttpRequest, *, is_personal: bool) -> dict[str, Any] | None:
    """Who it is, where somebody has resolved that already: the key, and all else only if personal."""
    user = user_of(request)
    key = getattr(user, "pk", None)
    said: dict[str, Any] = {} if key is None else {"id": str(key)}
    if is_personal:
        if key is not None:
            said["username"] = str(guarded(getattr(user, "get_username", str)) or "")
            said["email"] = str(getattr(user, "email", "") or "")
        said["ip_address"] = guarded(address_of, request)
    return {name: value for name, value in said.items() if value} or None


def name_of(scope: Scope | None) -> tuple[str, str] | None:
    """What failed, by a name that is the same each time, and what kind of name that is."""
    if scope is not None and scope.request is not None:
        if scope.request.resolver_match is None:
            return None
        return endpoint_of(scope.request), "route"
    values = bound()
    for kind in ("task", "command"):
        if kind in values:
            return str(values[kind]), "task"
    return None


def crumbs_of(crumbs: Iterable[Crumb]) -> list[plain.Crumb]:
    """What happened before, as the SDK has it."""
    return [
        plain.Crumb(
            timestamp=datetime.fromtimestamp(at, UTC),
            type=category if category in {"query", "http"} else "default",
            category=category,
            message=message if len(message) <= CHARACTERS else _cut(message),
            level=level,
            data=dict(data or ()),
        )
        for at, category, message, level, data in crumbs
    ]


def _cut(message: str) -> str:
    return f"{scrubbed_text(message)[:CHARACTERS]}…"
