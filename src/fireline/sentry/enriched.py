"""
What Fireline adds to every event, whoever has captured it: ids, request, user, route, breadcrumbs.

What the project has said by the SDK's own API comes first. Of a failure that has become an event
already no second one is made, whichever of Fireline and an integration of the SDK was first.
"""

import platform
from collections.abc import Mapping
from typing import Any

import sentry_sdk
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404
from sentry_sdk.scope import should_send_default_pii

from fireline import conf
from fireline.errors import ErrorReport, describe, guarded, tell
from fireline.errors.dotted import is_one_of
from fireline.errors.told import known
from fireline.scope import Scope, bound, current
from fireline.sentry.bounded import bounded
from fireline.sentry.plain import Plain
from fireline.sentry.scenes import crumbs_of, name_of, request_of, user_said
from fireline.sentry.storms import kind_of_exception, storms
from fireline.sentry.tails import keep_back

REPORT = "fireline_report"
"""Where the hint of an event bears the report that it is made of."""

NOT_CAPTURED = "not_captured"
"""Where the context of an event says how many of its kind were only counted before it."""

NOISE = (
    Http404,
    DisallowedHost,
    PermissionDenied,
    BrokenPipeError,
    ConnectionResetError,
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
)
"""What is no failure of the service; Fireline captures it where TRACK names it, and then knows it."""

_CAPTURED_AT_MOST = 32


def enriched(event: Any, hint: Any) -> Any:
    """A global processor of events: the event with what is known here, or None where it is one too many."""
    kind = event.get("type")
    if kind == "check_in":
        return event
    scope = current()
    if kind == "transaction":
        if scope is not None:
            event.setdefault("tags", {}).setdefault("correlation_id", scope.correlation_id)
        return event
    report: ErrorReport | None = (hint or {}).get(REPORT)
    if report is None:
        error = _error_of(hint)
        if is_captured(scope, error) or (error is not None and guarded(_is_noise, error)):
            return None
        if error is not None and guarded(_is_too_many, event, error):
            remember(scope, error)
            return None
        report = guarded(_reported, event, error, scope)
    guarded(_add_scene, event, scope)
    if modules := event.get("modules"):
        event["modules"] = Plain(modules)
    if report is not None:
        guarded(_add_report, event, report)
    elif scope is not None:
        foreseen = guarded(_foreseen, _error_of(hint), scope)
        ids = _ids_of(foreseen) if foreseen else {"correlation_id": scope.correlation_id}
        event["tags"] = {**ids, **(event.get("tags") or {})}
    return event


def is_captured(scope: Scope | None, error: BaseException | None) -> bool:
    """Whether this scope has made an event of this exception already."""
    captured = scope.captured if scope is not None else None
    return bool(captured) and any(error is one for one, _ in captured or ())


def remember(scope: Scope | None, error: BaseException | None, error_id: str = "") -> None:
    """Keep that this exception is an event now, which bears this id."""
    if scope is not None and error is not None:
        if scope.captured is None:
            scope.captured = []
        scope.captured.append((error, error_id))
        del scope.captured[:-_CAPTURED_AT_MOST]


def _error_of(hint: Any) -> BaseException | None:
    found = (hint or {}).get("exc_info")
    return found[1] if found else None


def _is_noise(error: BaseException) -> bool:
    ignored = conf.current().IGNORE
    return isinstance(error, NOISE) or bool(ignored and is_one_of(error, ignored))


def _is_too_many(event: dict[str, Any], error: BaseException) -> bool:
    """Whether it is only counted, in a storm."""
    kind = kind_of_exception(error)
    not_captured = storms.passed(kind)
    if not_captured is None:
        keep_back()
        return True
    storms.became(kind, event.get("event_id"))
    if not_captured:
        contexts = event.setdefault("contexts", {})
        contexts["fireline"] = {NOT_CAPTURED: not_captured}
    return False


def _reported(
    event: Mapping[str, Any], error: BaseException | None, scope: Scope | None
) -> ErrorReport | None:
    """
    The report of what somebody else captures.

    Where nobody has caught it, and Fireline has not heard of it yet, it is told now, so that log line
    and event have one id. What the project captures by hand is not reported for that.
    """
    if error is None or scope is None:
        return None
    remember(scope, error)
    report = known(scope, error)
    if report is None and _is_uncaught(event):
        report = tell(error)
    return report


def _foreseen(error: BaseException | None, scope: Scope) -> ErrorReport | None:
    """
    The report that this exception would have, of which nobody is told.

    Where it is raised on after the project has captured it, the answer and the log bear its id.
    """
    if error is None:
        return None
    report = describe(error, scope=scope)
    scope.captured = [one for one in scope.captured or () if one[0] is not error]
    remember(scope, error, report.error_id)
    return report


def _is_uncaught(event: Mapping[str, Any]) -> bool:
    values = (event.get("exception") or {}).get("values") or [{}]
    return (values[-1].get("mechanism") or {}).get("handled") is False


def _add_scene(event: dict[str, Any], scope: Scope | None) -> None:
    options = sentry_sdk.get_client().options
    if "transaction" not in event and (name := name_of(scope)) is not None:
        event["transaction"], source = name
        event["transaction_info"] = {"source": source}
    if scope is None:
        return
    if scope.request is not None:
        is_personal = may_be_personal(options)
        if not event.get("request"):
            size = _BODIES.get(options.get("max_request_body_size") or "")
            event["request"] = (
                guarded(request_of, scope.request, is_personal=is_personal, body_at_most=size) or {}
            )
        user = guarded(user_said, scope.request, is_personal=is_personal)
        if user and not event.get("user"):
            event["user"] = user
    if scope.crumbs:
        _add_crumbs(event, scope, options)
    _join_trace(event, scope)


def may_be_personal(options: Mapping[str, Any]) -> bool:
    """Whether names and addresses of people are sent: `send_default_pii`, or its successor."""
    if collects_by_choice(options):
        return bool(options["data_collection"]["user_info"])
    return should_send_default_pii()


def collects_by_choice(options: Mapping[str, Any]) -> bool:
    """Whether the project has said `data_collection`, which older SDKs do not know."""
    return bool((options.get("data_collection") or {}).get("provided_by_user"))


_BODIES = {"small": 1_000, "medium": 10_000, "always": 1_000_000}


def _add_crumbs(event: dict[str, Any], scope: Scope, options: Mapping[str, Any]) -> None:
    crumbs = crumbs_of(list(scope.crumbs))
    own = event.get("breadcrumbs")
    values = own.get("values") if isinstance(own, dict) else None
    if values:
        crumbs = sorted([*values, *crumbs], key=lambda crumb: crumb["timestamp"])
    event["breadcrumbs"] = {"values": crumbs[-options.get("max_breadcrumbs", 100) :]}


def _join_trace(event: dict[str, Any], scope: Scope) -> None:
    """Let the event be found by the id of the request, where nobody traces it."""
    trace = (event.get("contexts") or {}).get("trace")
    digits = scope.correlation_id.replace("-", "")
    is_traced = trace and (trace.get("op") or trace.get("parent_span_id"))
    if trace and not is_traced and len(digits) == 32 and _HEXADECIMAL.issuperset(digits):
        trace["trace_id"] = digits
        trace.pop("dynamic_sampling_context", None)


_HEXADECIMAL = frozenset("0123456789abcdef")

_LEVELS = {"low": "info", "medium": "warning", "high": "error", "critical": "fatal"}
_SCENE = frozenset("method path route view user_id remote_addr user_agent".split())


def _ids_of(report: ErrorReport) -> dict[str, str]:
    return {
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
        "severity": report.severity.value,
        "code": report.code,
        "category": report.category.value,
    }


def _add_report(event: dict[str, Any], report: ErrorReport) -> None:
    ids = _ids_of(report)
    event["level"] = _LEVELS[report.severity.value]
    values = bound()
    for kind in ("task", "command"):
        if kind in values:
            ids[kind] = str(values[kind])
    event["tags"] = {**(event.get("tags") or {}), **ids}
    contexts = event.setdefault("contexts", {})
    contexts["fireline"] = {**contexts.get("fireline", {}), **ids, "status": report.status}
    said = {name: value for name, value in report.context.items() if name not in _SCENE}
    if report.details:
        said.setdefault("details", report.details)
    if said:
        contexts["report"] = bounded(said)
    contexts.setdefault("runtime", _RUNTIME)


_RUNTIME = {"name": platform.python_implementation(), "version": platform.python_version()}
