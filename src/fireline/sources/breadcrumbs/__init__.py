"""
What happens on the way and may explain a failure: queries, the cache, HTTP calls, log lines.

Installed only where failures become events.
"""

from functools import cache

from fireline.sources.breadcrumbs import caches, calls, lines, queries


@cache
def install() -> None:
    """Listen, once."""
    queries.install()
    caches.install()
    calls.install()
    lines.install()
