"""The trace id of whoever traces this request, for the log line."""

from collections.abc import Callable
from contextlib import suppress

TRACERS: list[Callable[[], str | None]] = []
"""Asked in order: each returns the trace id (32 hexadecimal digits) or None."""


def trace_id() -> str | None:
    """The trace id of OpenTelemetry or Sentry, where one of them runs."""
    for tracer in TRACERS:
        with suppress(Exception):  # a library of another version; a log line must not fail of it
            if found := tracer():
                return found
    return None
