"""What is counted of the events that are newly stored: by hour and day, by tag, by user, by release."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from fireline.tracker.digest import hours
from fireline.tracker.digest.counted import Counted, Tail
from fireline.tracker.digest.statements import added, insert, table, update
from fireline.tracker.digest.tag_counts import count_tags
from fireline.tracker.models import AffectedUser, Issue, Release

MOST_USERS = 100_000
"""Users of one issue that are told apart."""


def count(using: str, counted: Sequence[Counted]) -> dict[int, int]:
    """
    Add these events to all figures but the issues' own; how many new users each issue has.

    The issues are locked already. What several of them share comes last, each in one order: then
    no two workers ever wait for each other.
    """
    new_users = _count_users(using, counted)
    count_tags(using, counted)
    hours.of_issues(using, counted)
    _count_shared(using, counted)
    return new_users


def count_tails(using: str, tails: Sequence[Tail]) -> None:
    """Add these to the issues and to all that counts events; whom they met nobody knows."""
    sums: Counter[int] = Counter()
    for each in tails:
        sums[each.issue_id] += each.occurrences
    t = table(Issue)
    update(
        using,
        Issue,
        ("id", "event_count"),
        sorted(sums.items()),
        f"SET event_count = {t}.event_count + given.event_count FROM given WHERE {t}.id = given.id",
    )
    hours.of_issues(using, tails)
    _count_shared(using, tails)


def _count_shared(using: str, counted: Sequence[Counted | Tail]) -> None:
    _count_releases(using, counted)
    hours.of_releases(using, counted)
    hours.of_projects(using, counted)


def _count_releases(using: str, counted: Sequence[Counted | Tail]) -> None:
    sums: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for each in counted:
        if each.release_id:
            sums[each.release_id] += each.occurrences
            at = each.received_at
            last[each.release_id] = max(at, last.get(each.release_id, at))
    t = table(Release)
    update(
        using,
        Release,
        ("id", "event_count", "last_seen_at"),
        [(id_, sums[id_], last[id_]) for id_ in sorted(sums)],
        f"SET event_count = {t}.event_count + given.event_count, "
        f"last_seen_at = CASE WHEN given.last_seen_at > {t}.last_seen_at "
        f"THEN given.last_seen_at ELSE {t}.last_seen_at END FROM given WHERE {t}.id = given.id",
    )


def _count_users(using: str, counted: Sequence[Counted]) -> dict[int, int]:
    sums: Counter[tuple[int, int]] = Counter()
    for each in counted:
        if each.arrival.user_hash is not None:
            sums[each.issue_id, each.arrival.user_hash] += 1
    if not sums:
        return {}
    full = _full(using, {issue_id for issue_id, _ in sums})
    rows = insert(
        using,
        AffectedUser,
        ("issue", "user_hash", "events"),
        [(*key, sums[key]) for key in sorted(sums) if key[0] not in full],
        f"ON CONFLICT (issue_id, user_hash) DO UPDATE SET {added(AffectedUser)} "
        "RETURNING issue_id, user_hash, events",
    )
    # Who was there already has met more of them than these.
    return Counter(
        issue_id for issue_id, user_hash, events in rows if events == sums[issue_id, user_hash]
    )


def _full(using: str, issue_ids: Iterable[int]) -> set[int]:
    issues = Issue.objects.using(using).filter(id__in=issue_ids, user_count__gte=MOST_USERS)
    return set(issues.values_list("id", flat=True))
