"""From a report to an event, in the hands of the SDK."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.utils import event_from_exception

from fireline.errors import ErrorReport
from fireline.errors.told import caught
from fireline.scope import current
from fireline.sentry.enriched import NOT_CAPTURED, REPORT, collects_by_choice, is_captured, remember
from fireline.sentry.ready import install
from fireline.sentry.stack import exceptions_of
from fireline.sentry.storms import kind_of, storms
from fireline.sentry.tails import keep_back
from fireline.tracker.transport import SpoolTransport, took_it


def is_receiving() -> bool:
    """Whether the SDK is set up, and what it captures goes anywhere."""
    client = sentry_sdk.get_client()
    if not client.is_active():
        return False
    transport = client.transport
    return transport is not None and (
        not isinstance(transport, SpoolTransport) or transport.has_place
    )


def captured(report: ErrorReport) -> bool:
    """
    Whether this report is an event now, which the tracker or Sentry has taken.

    In a storm it is only counted, and those who read the events before it have been told.
    """
    install()
    scope, error = current(), report.exception
    if is_captured(scope, error) and not report.is_escalated:
        return True  # by an integration of the SDK, and enriched
    kind = kind_of(report)
    not_captured = storms.passed(kind)
    if not_captured is None:
        keep_back()
        return True
    client = sentry_sdk.get_client()
    event, hint = _event_of(report, client.options)
    hint[REPORT] = report
    if not_captured:
        event["contexts"] = {"fireline": {NOT_CAPTURED: not_captured}}
    remember(scope, error, report.error_id)
    # It would drop what is told again with a higher severity, as what it has seen last.
    DedupeIntegration.reset_last_seen()
    took_it.set(False)
    event_id = sentry_sdk.capture_event(event, hint=hint)
    storms.became(kind, event_id)
    if event_id is None:
        return False
    return took_it.get() if isinstance(client.transport, SpoolTransport) else True


def _event_of(report: ErrorReport, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    error = report.exception
    if error is None:
        return {"message": _text_of(report), "logger": "fireline"}, {}
    mechanism = {"type": "fireline", "handled": caught.get() or report.status < 500}
    if _wants_the_sdks(options):
        return event_from_exception(error, client_options=options, mechanism=mechanism)
    event = {"exception": {"values": exceptions_of(error, options, mechanism)}}
    return event, {"exc_info": (type(error), error, error.__traceback__)}


def _wants_the_sdks(options: dict[str, Any]) -> bool:
    """Whether the project has asked for frames in a way that only the SDK knows."""
    return bool(
        options.get("custom_repr")
        or getattr(options.get("event_scrubber"), "recursive", False)
        or options.get("add_full_stack")
        or collects_by_choice(options)
    )


def _text_of(report: ErrorReport) -> str:
    """What was said in place of an exception; of an answer that nobody explains its code and route."""
    if text := report.context.get("text"):
        return str(text)
    place = report.context.get("route") or report.context.get("path")
    where = f" at {place}" if place else ""
    return f"{report.code}{where}: {report.message}"
