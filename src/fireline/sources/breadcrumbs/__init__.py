"""
What happens on the way and may explain a failure: queries, the cache, HTTP calls, log lines.

Installed only where failures become events.
"""

from functools import cache
from typing import Any

from fireline.sources.breadcrumbs import caches, calls, lines, queries


@cache
def install(without: frozenset[str] = frozenset()) -> None:
    """Listen, once; but for what somebody else notes already."""
    for name, source in _SOURCES.items():
        if name not in without:
            source.install()


_SOURCES: dict[str, Any] = {"queries": queries, "caches": caches, "calls": calls, "lines": lines}
