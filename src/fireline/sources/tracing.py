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
    """The trace id of Sentry's current span, or of the trace that an integration of the SDK goes on with."""
    scopes = sys.modules.get("sentry_sdk.scope")
    if scopes is None:
        return None
    # Asked by the SDK's own functions, it would fill two scopes for a request that needs none.
    current, isolation = scopes._current_scope.get(), scopes._isolation_scope.get()
    if current is not None and current._span is not None:
        return str(current._span.trace_id)
    if isolation is None or not isolation._name or isolation._propagation_context is None:
        return None
    return str(isolation._propagation_context.trace_id)


def install() -> None:
    """Let log lines carry the ids of what is installed here."""
    known = {"opentelemetry": opentelemetry_trace_id, "sentry_sdk": sentry_trace_id}
    TRACERS[:] = [tracer for library, tracer in known.items() if find_spec(library)]
