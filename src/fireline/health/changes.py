"""What is said when a check changes its state: once, and to everyone."""

import logging
import os
from threading import Lock

from fireline import conf
from fireline.errors import Severity, kind_named, tell
from fireline.errors.catalog import Description
from fireline.errors.pipeline import announce
from fireline.health.check import Check
from fireline.health.readings import Reading, Status, Verdict
from fireline.signals import health_checked
from fireline.timed import Run

_LEVELS = {
    Status.HEALTHY: logging.INFO,
    Status.DEGRADED: logging.WARNING,
    Status.UNHEALTHY: logging.ERROR,
}

_lock = Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


def note(check: Check, run: Run[Reading], verdict: Verdict) -> None:
    """
    Announce what this run has found, and say it where that is news.

    However many have asked for it, and in whatever order they come to say it.
    """
    with _lock:
        began, before = check.noted or (0.0, Status.HEALTHY)
        if run.begun < began or check.noted == (run.begun, verdict.status):
            return
        check.noted = (run.begun, verdict.status)
    announce(health_checked, name=check.name, status=verdict.status.value)
    if verdict.status is not before:
        _say(check, verdict)


def _say(check: Check, verdict: Verdict) -> None:
    check.report = None
    if verdict.status is Status.UNHEALTHY and _is_essential_database(check.name):
        check.report = tell(
            verdict.error,
            description=Description(kind=kind_named("SERVICE_UNAVAILABLE")),
            severity=Severity.CRITICAL,
            context={"check": check.name},
        )
        return
    logging.getLogger(f"{conf.current().service}.health").log(
        _LEVELS[verdict.status],
        "Check %s is %s: %s",
        check.name,
        verdict.status.value,
        verdict.message,
        extra={"check": check.name, "health": verdict.status.value},
    )


def _is_essential_database(name: str) -> bool:
    return name.partition(":")[0] == "database" and name in conf.current().READY_CHECKS
