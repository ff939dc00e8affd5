"""
Breadcrumbs: what happened in a scope before something failed there.

A ring of plain tuples, for most requests do not fail: five of them cost a fifth of what one costs
in the SDK.
"""

from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from time import time
from typing import Any

from fireline.scope.current import current

Crumb = tuple[float, str, str, str, Mapping[str, Any] | None]
"""When (seconds since 1970), category, message, level, and what else is to be said."""

AT_MOST = 100
CHARACTERS = 1000
"""Of a message that is shown."""
_KEPT = 1200
"""So many are kept: a secret that the end of what is shown cuts in two is still known as one."""

describing: ContextVar[bool] = ContextVar("fireline_describing", default=False)
"""Whether a failure is looked at just now: what is shown of it must not ask the database."""


def note(
    category: str, message: str, data: Mapping[str, Any] | None = None, level: str = "info"
) -> None:
    """Keep this for the case that something fails here; of more than AT_MOST the oldest go."""
    scope = current()
    if scope is None:
        return
    crumbs = scope.crumbs
    if crumbs is None:
        crumbs = scope.crumbs = deque(maxlen=AT_MOST)
    if len(message) > _KEPT:
        message = message[:_KEPT]
    crumbs.append((time(), category, message, level, data))
