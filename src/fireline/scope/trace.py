"""The trace id of whoever traces this request, for the log line."""

from collections.abc import Callable

TRACERS: list[Callable[[], str | None]] = []
"""Asked in order: each returns the trace id (32 hexadecimal digits) or None."""


def trace_id() -> str | None:
    """The trace id of OpenTelemetry or Sentry, where one of them runs."""
    for tracer in TRACERS:
        try:  # not `suppress`, which costs each line more than the question
            found = tracer()
        except Exception:  # a library of another version; a log line must not fail of it
            found = None
        if found:
            return found
    return None
