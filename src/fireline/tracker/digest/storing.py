"""
One batch into the database: events into their issues, and every figure from what is newly stored.

Everything here runs in one transaction. Rows that more than one worker wants are locked class by
class, and within a class in one order.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fireline.tracker.digest import figures, issues, names, others, projects, receipts
from fireline.tracker.digest.arrivals import Arrival, Contents
from fireline.tracker.digest.changed import firsts_of, outcomes_of
from fireline.tracker.digest.counted import Counted
from fireline.tracker.digest.outcomes import Stored
from fireline.tracker.digest.statements import insert, look_up, table, update
from fireline.tracker.models import Event, Issue, Outcome


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
    fresh = receipts.fresh(using, {each.entry.id for _, each in housed})
    new = [(id_, each) for id_, each in housed if each.entry.id in fresh]
    pairs = [((id_, each.event_id), each) for id_, contents in new for each in contents.arrivals]
    arrivals = _not_yet_stored(using, pairs)
    stored = _store(using, arrivals) if arrivals else ()
    others.digest(using, new)  # behind the events, for some tell of them
    events = sum(len(each.arrivals) for _, each in housed)
    return Changes(stored=stored, repeated=events - len(stored), homeless=len(batch) - len(housed))


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
    outcomes = outcomes_of(using, counted, led.made)
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
    releases: dict[names.Named, datetime] = {}
    environments: set[names.Named] = set()
    own: set[names.Named] = set()
    for (project_id, _), arrival in arrivals.items():
        release, environment = (project_id, arrival.release), (project_id, arrival.environment)
        if arrival.release:
            releases.setdefault(release, arrival.received_at)
        environments.add(environment)
        if arrival.is_own:
            own |= {release, environment}
    release_ids = names.release_ids(using, releases, own)
    environment_ids = names.environment_ids(using, environments, own)
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
    firsts = firsts_of(placed, made)
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
    for number in firsts_of(kept, made):
        mine = {"project_id": kept[number].project_id, "event_id": kept[number].arrival.event_id}
        Event.objects.using(using).filter(**mine).update(outcome=Outcome.NEW)
    if empty := made - {each.issue_id for each in kept}:
        Issue.objects.using(using).filter(id__in=empty).delete()
    return kept


def _update_issues(using: str, counted: Sequence[Counted], new_users: dict[int, int]) -> None:
    sums: Counter[int] = Counter()
    for each in counted:
        sums[each.issue_id] += each.arrival.occurrences
    in_order = sorted(counted, key=lambda each: each.arrival.received_at)
    seen = {each.issue_id: each.arrival.received_at for each in in_order}
    released = [(each.issue_id, each.release_id) for each in in_order if each.release_id]
    first, last = dict(reversed(released)), dict(released)
    rows = [
        (id_, sums[id_], new_users.get(id_, 0), seen[id_], first.get(id_, 0), last.get(id_, 0))
        for id_ in sorted(sums)
    ]
    t = table(Issue)
    update(
        using,
        Issue,
        ("id", "event_count", "user_count", "last_seen_at", "first_release", "last_release"),
        rows,
        f"SET event_count = {t}.event_count + given.event_count, "
        f"user_count = {t}.user_count + given.user_count, "
        f"last_seen_at = CASE WHEN given.last_seen_at > {t}.last_seen_at "
        f"THEN given.last_seen_at ELSE {t}.last_seen_at END, "
        f"last_release_id = COALESCE(NULLIF(given.last_release_id, 0), {t}.last_release_id), "
        f"first_release_id = COALESCE({t}.first_release_id, NULLIF(given.first_release_id, 0)) "
        f"FROM given WHERE {t}.id = given.id",
    )
