"""What each event has changed: it made an issue, opened a resolved one again, or is one more."""

from collections.abc import Iterable, Iterator, Sequence

from fireline.tracker.digest.counted import Counted
from fireline.tracker.digest.statements import fit
from fireline.tracker.digest.versions import is_newer
from fireline.tracker.models import Event, Issue, Outcome, Release, Status


def firsts_of(counted: Sequence[Counted], made: frozenset[int]) -> set[int]:
    """The places of the first events of new issues."""
    places: dict[int, int] = {}
    for number, each in enumerate(counted):
        if each.issue_id in made:
            places.setdefault(each.issue_id, number)
    return set(places.values())


def outcomes_of(using: str, counted: Sequence[Counted], made: frozenset[int]) -> list[Outcome]:
    """
    What each event has changed; the first regression of an issue opens it again.

    From here on the issues are ours until the transaction ends: others wait, in one order.
    """
    resolved = _resolved(using, {each.issue_id for each in counted})
    outcomes = [Outcome.REPEATED] * len(counted)
    for number in firsts_of(counted, made):
        outcomes[number] = Outcome.NEW
    regressed = dict(_regressions(using, counted, resolved))
    for number in regressed.values():
        outcomes[number] = Outcome.REGRESSED
        event = Event.objects.using(using).filter(
            project_id=counted[number].project_id, event_id=counted[number].arrival.event_id
        )
        event.update(outcome=Outcome.REGRESSED)
    if regressed:
        Issue.objects.using(using).filter(id__in=regressed).update(
            status=Status.OPEN, resolved_at=None, resolved_release=None
        )
    return outcomes


def _resolved(using: str, issue_ids: Iterable[int]) -> list[Issue]:
    """Those of these issues that are resolved; all of them are ours until the transaction ends."""
    rows = Issue.objects.using(using).filter(id__in=issue_ids).order_by("id")
    return [
        issue
        for issue in rows.select_for_update(no_key=True).only(
            "status", "resolved_at", "resolved_release"
        )
        if issue.status == Status.RESOLVED
    ]


def _regressions(
    using: str, counted: Sequence[Counted], resolved: Sequence[Issue]
) -> Iterator[tuple[int, int]]:
    """Each issue that is no longer resolved, and the place of the event that says so."""
    for issue in resolved:
        mine = [(n, each) for n, each in enumerate(counted) if each.issue_id == issue.pk]
        newer = _newer_releases(using, issue, {each.release_id for _, each in mine})
        for number, each in mine:
            is_later = not issue.resolved_at or fit(each.arrival.received_at) > issue.resolved_at
            if is_later and (newer is None or each.release_id in newer):
                yield issue.pk, number
                break


def _newer_releases(using: str, issue: Issue, met: Iterable[int | None]) -> set[int] | None:
    """Those of these releases in which this issue must not happen again; None for all, named or not."""
    resolved = issue.resolved_release
    if resolved is None:
        return None
    releases = Release.objects.using(using).filter(id__in=[one for one in met if one is not None])
    return {release.pk for release in releases if is_newer(release, than=resolved)}
