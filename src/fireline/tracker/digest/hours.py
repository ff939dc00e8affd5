"""How many events there were in each hour and each day, by the time of receiving."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from fireline.tracker.digest.counted import Counted, Tail
from fireline.tracker.digest.statements import added, insert
from fireline.tracker.models import Count


def of_issues(using: str, counted: Sequence[Counted | Tail]) -> None:
    """Add these to the rows of their issues."""
    what = [((each.project_id, each.issue_id, each.environment_id), each) for each in counted]
    _add(using, ("project", "issue"), what, "(issue_id, {time}) WHERE issue_id IS NOT NULL")


def of_releases(using: str, counted: Sequence[Counted | Tail]) -> None:
    """Add these to the rows of their releases, where they have one."""
    what = [
        ((each.project_id, each.release_id, each.environment_id), each)
        for each in counted
        if each.release_id
    ]
    _add(using, ("project", "release"), what, "(release_id, {time}) WHERE release_id IS NOT NULL")


def of_projects(using: str, counted: Sequence[Counted | Tail]) -> None:
    """Add these to the rows of their projects."""
    what = [((each.project_id, each.environment_id), each) for each in counted]
    whose = "(project_id, {time}) WHERE issue_id IS NULL AND release_id IS NULL"
    _add(using, ("project",), what, whose)


def _add(
    using: str,
    fields: Sequence[str],
    what: Iterable[tuple[tuple[int | None, ...], Counted | Tail]],
    row: str,
) -> None:
    sums: Counter[tuple[Any, ...]] = Counter()
    for key, each in what:
        for per, begins_at in _times(each.received_at):
            sums[*key, per, begins_at] += each.occurrences
    insert(
        using,
        Count,
        (*fields, "environment", "per", "begins_at", "events"),
        [(*key, sums[key]) for key in sorted(sums)],
        f"ON CONFLICT {row.format(time='per, begins_at, environment_id')} "
        f"DO UPDATE SET {added(Count)}",
    )


def _times(at: datetime) -> tuple[tuple[str, datetime], tuple[str, datetime]]:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return (Count.Per.HOUR.value, hour), (Count.Per.DAY.value, hour.replace(hour=0))
