"""Checks that a service puts together itself."""

from functools import partial
from typing import NotRequired, Self, TypedDict
from weakref import WeakValueDictionary

from fireline import conf
from fireline.health.check import Function, read, verdict_of
from fireline.health.readings import Reading, Status, worst
from fireline.scrub import shown
from fireline.timed import Finding, Timed


class Checked(TypedDict):
    """What was found of one check: `response_time` in seconds, or the `error`."""

    name: str
    status: str
    response_time: NotRequired[float]
    error: NotRequired[str]


class Checks(TypedDict):
    """What `HealthChecker.run_checks` returns."""

    status: str
    checks: list[Checked]


class HealthChecker:
    """
    Checks of a service's own, run when it says so.

    Each has HEALTH_TIMEOUT and a thread of its own; who runs them while they run shares that run.
    """

    def __init__(self) -> None:
        self._checks: list[tuple[str, Timed[Reading]]] = []

    def add_check(self, name: str, func: Function) -> Self:
        """Let it run this function, too; it returns a dict or None, and raises to fail."""
        self._checks.append((name, _timed(func)))
        return self

    def run_checks(self) -> Checks:
        """`status` (healthy, degraded or unhealthy), and for each of the `checks` pass or fail."""
        limit = conf.current().HEALTH_TIMEOUT
        runs = [timed.start() for _, timed in self._checks]
        return self._checked([run.within(limit) for run in runs])

    async def run_checks_async(self) -> Checks:
        """The same, while the event loop goes on."""
        limit = conf.current().HEALTH_TIMEOUT
        runs = [timed.start() for _, timed in self._checks]
        return self._checked([await run.within_async(limit) for run in runs])

    def _checked(self, findings: list[Finding[Reading]]) -> Checks:
        statuses, checks = [], []
        for (name, _), finding in zip(self._checks, findings, strict=True):
            verdict = verdict_of(finding)
            statuses.append(verdict.status)
            if verdict.status is Status.UNHEALTHY:
                error = verdict.message if verdict.error is None else _said(verdict.error)
                checks.append(Checked(name=name, status="fail", error=error))
            else:
                checks.append(Checked(name=name, status="pass", response_time=verdict.took))
        return Checks(status=worst(statuses).value, checks=checks)


_shared: "WeakValueDictionary[Function, Timed[Reading]]" = WeakValueDictionary()
"""One for each function, lest a checker that is made for each request adds a thread to one that hangs."""


def _timed(function: Function) -> Timed[Reading]:
    made = Timed(partial(read, function))
    try:
        return _shared.setdefault(function, made)
    except TypeError:  # it has no hash
        return made


def _said(error: BaseException) -> str:
    return shown(error) or type(error).__name__
