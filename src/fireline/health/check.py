"""One check: asked in a thread of its own, within a limit, however many want to know."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from inspect import isawaitable
from typing import Any

from asgiref.sync import ThreadSensitiveContext

from fireline import conf
from fireline.connections import close_connections
from fireline.errors import ErrorReport
from fireline.health.readings import Reading, Status, Verdict, reading_of
from fireline.scrub import shown
from fireline.timed import Finding, Run, Timed

Function = Callable[[], Any]
"""What a check calls: it returns a dict of details, None or a Reading, and raises to fail."""


class Check:
    """A name, the function that tells, and what was last said of it."""

    def __init__(self, name: str, function: Function, keep: float = 0.0) -> None:
        self.name = name
        self.keep = keep
        self.timed: Timed[Reading] = Timed(partial(read, function))
        self.last: Run[Reading] | None = None
        """The run that was begun last."""
        self.noted: tuple[float, Status] | None = None
        """When the run began that was announced last, and what it found; see `changes`."""
        self.report: ErrorReport | None = None
        """The report of its failure, while it fails."""

    def start(self) -> Run[Reading]:
        """What was found a moment ago, or is being found now."""
        settings = conf.current()
        keep = max(self.keep, settings.HEALTH_CACHE_SECONDS)
        self.last = self.timed.start(keep, settings.HEALTH_TIMEOUT)
        return self.last


def read(function: Function) -> Reading:
    """What the function says now; it leaves no database connection behind in this thread."""
    try:
        said = function()
        return reading_of(asyncio.run(_awaited(said)) if isawaitable(said) else said)
    finally:
        close_connections()


async def _awaited(said: Awaitable[Any]) -> Any:
    # With threads of its own: what hangs here must hold up no other sync_to_async of the process.
    async with ThreadSensitiveContext():
        return await said


def verdict_of(finding: Finding[Reading]) -> Verdict:
    """What the finding means."""
    if finding.value is not None:
        reading = finding.value
        return Verdict(
            status=reading.status,
            message=reading.message,
            details=reading.details,
            took=finding.took,
        )
    error = finding.error
    kind, text = type(error).__name__, shown(error)
    return Verdict(
        status=Status.DEGRADED if _is_warning(error) else Status.UNHEALTHY,
        message=f"{kind}: {text}" if text else kind,
        took=finding.took,
        error=error,
    )


def _is_warning(error: BaseException | None) -> bool:
    """Whether it is django-health-check's ServiceWarning, which is known by its name alone."""
    return any(ancestor.__name__ == "ServiceWarning" for ancestor in type(error).__mro__)
