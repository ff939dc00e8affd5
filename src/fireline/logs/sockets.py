"""The access log of WebSockets: one line a socket, when it has ended."""

import logging
from typing import Any

from django.http import HttpRequest

from fireline import conf
from fireline.scope.client import address_of, user_id_of

NORMAL = frozenset({1000, 1001, 1005, 1012})
"""How sockets end every day: done, gone to another page, closed without a code, a new release."""


def write(code: int | None, request: HttpRequest | None = None, /, **more: Any) -> None:
    """Write the line of a socket that has ended with this code: INFO where that is normal, else WARNING."""
    level = logging.INFO if code in NORMAL else logging.WARNING
    logger = logging.getLogger(f"{conf.current().service}.access")
    if not logger.isEnabledFor(level):
        return
    fields: dict[str, Any] = {"method": "WEBSOCKET", "close_code": code}
    if request is not None:
        fields |= {
            "path": request.path,
            "user_id": user_id_of(request),
            "remote_addr": address_of(request),
        }
    said = [word for word in (fields.get("path"), code) if word is not None]
    logger.log(level, "WEBSOCKET%s", "".join(f" {word}" for word in said), extra=fields | more)
