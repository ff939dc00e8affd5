"""What /healthz, /readyz and /health/ answer."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from fireline import conf
from fireline.errors import ErrorReport
from fireline.health import Look, Status, Verdict, Verdicts, everything, worst
from fireline.probes import draining, staff
from fireline.scope import current
from fireline.scope.trust import is_trusted


def live(_request: HttpRequest) -> HttpResponse:
    """That the process serves. It touches nothing: a database that is down must not restart it."""
    return _json(200, {"status": "ok", "service": conf.current().service})


def ready(_request: HttpRequest) -> HttpResponse:
    """Whether the process may get work: READY_CHECKS are well, and it is not draining."""
    look = Look(conf.current().READY_CHECKS)
    return _readiness(look, look.verdicts())


async def ready_async(_request: HttpRequest) -> HttpResponse:
    """The same, while the event loop goes on."""
    look = Look(conf.current().READY_CHECKS)
    return _readiness(look, await look.verdicts_async())


def overall(request: HttpRequest) -> HttpResponse:
    """How well everything is; what exactly, for who is trusted or of the staff."""
    trusted = is_trusted(request)
    asked = None if trusted else staff.start(request)
    look = everything()
    verdicts = look.verdicts()
    if asked is not None:
        trusted = bool(asked.within(look.limit).value)
    return _overall(look, verdicts, with_details=trusted)


async def overall_async(request: HttpRequest) -> HttpResponse:
    """The same, while the event loop goes on."""
    trusted = is_trusted(request)
    asked = None if trusted else staff.start(request)
    look = everything()
    verdicts = await look.verdicts_async()
    if asked is not None:
        trusted = bool((await asked.within_async(look.limit)).value)
    return _overall(look, verdicts, with_details=trusted)


def _readiness(look: Look, verdicts: Verdicts) -> HttpResponse:
    is_draining = draining.is_draining()
    fails = [check for check in look.checks if verdicts[check.name].status is Status.UNHEALTHY]
    is_ready = not fails and not is_draining
    body = {
        "status": "ready" if is_ready else "not_ready",
        "checks": {
            name: verdict.status is not Status.UNHEALTHY for name, verdict in verdicts.items()
        },
        **({"draining": True} if is_draining else {}),
    }
    _name_report(check.report for check in fails)
    return _json(200 if is_ready else 503, body)


def _overall(look: Look, verdicts: Verdicts, *, with_details: bool) -> HttpResponse:
    status = worst(verdict.status for verdict in verdicts.values())
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    body: dict[str, Any] = {"timestamp": now, "overall_status": status.value}
    if with_details:
        body["checks"] = {name: _shown(verdict) for name, verdict in verdicts.items()}
    _name_report(check.report for check in look.checks)
    return _json(503 if status is Status.UNHEALTHY else 200, body)


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "status": verdict.status.value,
        "message": verdict.message,
        "details": dict(verdict.details),
        "duration_ms": round(verdict.took * 1000, 2),
    }


def _name_report(reports: Iterable[ErrorReport | None]) -> None:
    """Let headers and access line name the report of what fails, which was told when it began."""
    scope = current()
    if scope is not None and scope.failure is None:
        scope.failure = next(filter(None, reports), None)


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        json.dumps(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
