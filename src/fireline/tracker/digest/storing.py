"""
One batch into the database: events into their issues, and every figure from what is newly stored.

Everything here runs in one transaction. Rows that more than one worker wants are locked class by
class, and within a class in one order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from fireline.tracker.digest import figures, issues, others, projects
from fireline.tracker.digest.arrivals import Arrival, Contents
from fireline.tracker.digest.figures import Counted
from fireline.tracker.digest.outcomes import Stored
from fireline.tracker.digest.statements import fit, insert, look_up, table, update
from fireline.tracker.models import Event, Issue, Outcome, Release, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a batch has changed."""

    stored: tuple[Stored, ...]
    repeated: int
    """Events that were stored already."""
    homeless: int
    """Entries of projects that there are not."""


def store(using: str, batch: Sequence[Contents]) -> Changes:
    """Store these, and say what that changed."""
    ids = projects.project_ids(using, {each.entry.project for each in batch})
    housed = [(ids[each.entry.project], each) for each in batch if each.entry.project in ids]
    others.digest(using, housed)
    pairs = [((id_, each.event_id), each) for id_, contents in housed for each in contents.arrivals]
    arrivals = _not_yet_stored(using, pairs)
    stored = _store(using, arrivals) if arrivals else ()
    return Changes(
        stored=stored, repeated=len(pairs) - len(stored), homeless=len(batch) - len(housed)
    )


def _not_yet_stored(
    using: str, pairs: Sequence[tuple[issues.EventKey, Arrival]]
) -> dict[issues.EventKey, Arrival]:
    arrivals = dict(reversed(pairs))  # of two with one id, the first
    known = look_up(using, Event, ("project", "event_id"), arrivals, "t.project_id, t.event_id")
    for key in known:
        del arrivals[key]
    return dict(reversed(arrivals.items()))


def _store(using: str, arrivals: dict[issues.EventKey, Arrival]) -> tuple[Stored, ...]:
    led = issues.lead(using, arrivals)
    counted = _inserted(using, _placed(using, arrivals, led), led.made)
    if not counted:
        return ()
    resolved = _locked(using, {each.issue_id for each in counted})
    outcomes = _outcomes(using, counted, led.made, resolved)
    new_users = figures.count(using, counted)
    _update_issues(using, counted, new_users)
    return tuple(
        Stored(
            outcome=outcome,
            project_id=each.project_id,
            issue_id=each.issue_id,
            event_id=each.arrival.event_id,
            level=each.arrival.level,
            environment=each.arrival.environment,
            release=each.arrival.release,
            received_at=each.arrival.received_at,
        )
        for each, outcome in zip(counted, outcomes, strict=True)
    )


def _placed(using: str, arrivals: dict[issues.EventKey, Arrival], led: issues.Led) -> list[Counted]:
    releases: dict[projects.Named, datetime] = {}
    for (project_id, _), arrival in arrivals.items():
        if arrival.release:
            releases.setdefault((project_id, arrival.release), arrival.received_at)
    release_ids = projects.release_ids(using, releases)
    environments = {(key[0], arrival.environment) for key, arrival in arrivals.items()}
    environment_ids = projects.environment_ids(using, environments)
    return [
        Counted(
            arrival=arrival,
            project_id=key[0],
            issue_id=led.homes[key].issue_id,
            fingerprint_id=led.homes[key].fingerprint_id,
            environment_id=environment_ids[key[0], arrival.environment],
            release_id=release_ids.get((key[0], arrival.release)),
        )
        for key, arrival in arrivals.items()
    ]


_COLUMNS = (
    "project", "issue", "fingerprint", "event_id", "outcome", "received_at", "occurred_at", "error_id",
    "correlation_id", "level", "user_hash", "release", "environment", "payload",
)  # fmt: skip


def _inserted(using: str, placed: Sequence[Counted], made: frozenset[int]) -> list[Counted]:
    """Those that were really inserted: not those that another worker has stored in the meantime."""
    firsts = _firsts(placed, made)
    rows = insert(
        using,
        Event,
        _COLUMNS,
        (
            (
                each.project_id,
                each.issue_id,
                each.fingerprint_id,
                each.arrival.event_id,
                Outcome.NEW.value if number in firsts else Outcome.REPEATED.value,
                each.arrival.received_at,
                each.arrival.occurred_at,
                each.arrival.error_id,
                each.arrival.correlation_id,
                each.arrival.level,
                each.arrival.user_hash,
                each.release_id,
                each.environment_id,
                each.arrival.packed,
            )
            for number, each in enumerate(placed)
        ),
        "ON CONFLICT (project_id, event_id) DO NOTHING RETURNING project_id, event_id",
    )
    if len(rows) == len(placed):
        return list(placed)
    ours = set(rows)
    kept = [each for each in placed if (each.project_id, each.arrival.event_id) in ours]
    if empty := made - {each.issue_id for each in kept}:
        Issue.objects.using(using).filter(id__in=empty).delete()
    return kept


def _firsts(counted: Sequence[Counted], made: frozenset[int]) -> set[int]:
    """The places of the first events of new issues."""
    places_: dict[int, int] = {}
    for number, each in enumerate(counted):
        if each.issue_id in made:
            places_.setdefault(each.issue_id, number)
    return set(places_.values())


def _locked(using: str, issue_ids: Iterable[int]) -> list[Issue]:
    """Those of these issues that are resolved; all of them are ours until the transaction ends."""
    rows = Issue.objects.using(using).filter(id__in=issue_ids).order_by("id")
    return [
        issue
        for issue in rows.select_for_update(no_key=True).only(
            "status", "resolved_at", "resolved_release"
        )
        if issue.status == Status.RESOLVED
    ]


def _outcomes(
    using: str, counted: Sequence[Counted], made: frozenset[int], resolved: Sequence[Issue]
) -> list[Outcome]:
    """What each event has changed; the first regression of an issue opens it again."""
    outcomes = [Outcome.REPEATED] * len(counted)
    for number in _firsts(counted, made):
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


def _regressions(
    using: str, counted: Sequence[Counted], resolved: Sequence[Issue]
) -> Iterator[tuple[int, int]]:
    """Each issue that is no longer resolved, and the place of the event that says so."""
    for issue in resolved:
        mine = [(n, each) for n, each in enumerate(counted) if each.issue_id == issue.pk]
        newer = _newer_releases(using, issue)
        for number, each in mine:
            is_later = not issue.resolved_at or fit(each.arrival.received_at) > issue.resolved_at
            if is_later and (newer is None or each.release_id in newer):
                yield issue.pk, number
                break


def _newer_releases(using: str, issue: Issue) -> set[int] | None:
    """The releases in which this issue must not happen again; None for all, named or not."""
    release = issue.resolved_release
    if release is None:
        return None
    newer = (
        Release.objects.using(using)
        .filter(project_id=release.project_id)
        .filter(
            Q(first_seen_at__gt=release.first_seen_at)
            | Q(first_seen_at=release.first_seen_at, id__gt=release.pk)
        )
    )
    return set(newer.values_list("id", flat=True))


def _update_issues(using: str, counted: Sequence[Counted], new_users: dict[int, int]) -> None:
    sums = Counter(each.issue_id for each in counted)
    last = {each.issue_id: each.arrival.received_at for each in counted}
    releases = {each.issue_id: each.release_id for each in counted if each.release_id}
    rows = [
        (id_, sums[id_], new_users.get(id_, 0), last[id_], releases.get(id_, 0))
        for id_ in sorted(sums)
    ]
    t = table(Issue)
    update(
        using,
        Issue,
        ("id", "event_count", "user_count", "last_seen_at", "last_release"),
        rows,
        f"SET event_count = {t}.event_count + given.event_count, "
        f"user_count = {t}.user_count + given.user_count, "
        f"last_seen_at = CASE WHEN given.last_seen_at > {t}.last_seen_at "
        f"THEN given.last_seen_at ELSE {t}.last_seen_at END, "
        f"last_release_id = COALESCE(NULLIF(given.last_release_id, 0), {t}.last_release_id), "
        f"first_release_id = COALESCE({t}.first_release_id, NULLIF(given.last_release_id, 0)) "
        f"FROM given WHERE {t}.id = given.id",
    )
