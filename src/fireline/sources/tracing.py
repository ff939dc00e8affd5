"""The trace ids of OpenTelemetry and Sentry, where the service uses one of them."""

import sys
from importlib.util import find_spec

from fireline.scope.trace import TRACERS

# Neither library is imported: where nobody has imported it, nobody traces with it.


def opentelemetry_trace_id() -> str | None:
    """The trace id of OpenTelemetry's current span."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def sentry_trace_id() -> str | None:
    """The trace id of Sentry's current trace."""
    sentry = sys.modules.get("sentry_sdk")
    if sentry is None or not sentry.is_initialized():
        return None
    traceparent: str | None = sentry.get_traceparent()
    return traceparent.partition("-")[0] if traceparent else None


def install() -> None:
    """Let log lines carry the ids of what is installed here."""
    known = {"opentelemetry": opentelemetry_trace_id, "sentry_sdk": sentry_trace_id}
    TRACERS[:] = [tracer for library, tracer in known.items() if find_spec(library)]
