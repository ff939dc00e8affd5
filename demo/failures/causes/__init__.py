"""The causes, one group a file; importing this fills the list."""

from failures.causes import (
    authentication,
    background,
    business,
    external,
    handled,
    request,
    security,
    sockets,
    system,
    validation,
)

__all__ = [
    "authentication",
    "background",
    "business",
    "external",
    "handled",
    "request",
    "security",
    "sockets",
    "system",
    "validation",
]
