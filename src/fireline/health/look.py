"""One look at some checks: all are started before the first is waited for."""

from collections.abc import Iterable
from dataclasses import replace

from fireline import conf
from fireline.health import counts
from fireline.health.changes import note
from fireline.health.check import verdict_of
from fireline.health.readings import Reading, Verdict
from fireline.health.registry import named, names
from fireline.timed import Finding

Verdicts = dict[str, Verdict]


class Look:
    """What some checks find, within HEALTH_TIMEOUT for all of them together."""

    def __init__(
        self, wanted: Iterable[str], *, with_counts: bool = False, is_telling: bool = True
    ) -> None:
        self.is_telling = is_telling
        self.limit = conf.current().HEALTH_TIMEOUT
        self.checks = named(wanted)
        self.runs = [check.start() for check in self.checks]
        self.counting = counts.start() if with_counts else None

    def verdicts(self) -> Verdicts:
        """The verdict of each check, by its name."""
        counting = self.counting.within(self.limit) if self.counting else None
        return self._judged([run.within(self.limit) for run in self.runs], counting)

    async def verdicts_async(self) -> Verdicts:
        """The same, while the event loop goes on."""
        counting = await self.counting.within_async(self.limit) if self.counting else None
        return self._judged([await run.within_async(self.limit) for run in self.runs], counting)

    def _judged(
        self, findings: list[Finding[Reading]], counting: Finding[Reading] | None
    ) -> Verdicts:
        verdicts = {}
        for check, run, finding in zip(self.checks, self.runs, findings, strict=True):
            verdicts[check.name] = verdict = verdict_of(finding)
            if self.is_telling:
                note(check, run, verdict)
        if counting is not None and (database := verdicts.get("database")):
            details = {**database.details, **counts.counted(counting)}
            verdicts["database"] = replace(database, details=details)
        return verdicts


def everything(*, is_telling: bool = True) -> Look:
    """A look at all checks, with the counts."""
    return Look(names(), with_counts=True, is_telling=is_telling)


def refresh() -> None:
    """
    Start the checks that are due, and announce what others have found; it waits for nothing.

    So that the figures of a service that nobody probes are of now, too: a scrape calls it.
    """
    limit = conf.current().HEALTH_TIMEOUT
    for check in named(names()):
        if (run := check.last) is not None and (run.done() or run.is_late(limit)):
            note(check, run, verdict_of(run.within(limit)))
        check.start()
