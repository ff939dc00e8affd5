"""What is counted of issues follows their events: added up when they are merged, taken out when they are split."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import F, Model, QuerySet
from django.utils.timezone import make_aware, make_naive

from fireline.tracker.models import AffectedUser, Count, Issue, TagCount

_TABLES: dict[type[Model], tuple[tuple[str, ...], dict[str, str], str]] = {
    # what rows are told apart by; of their other columns the one of the sum; which unique index is meant
    Count: (
        ("per", "begins_at", "environment_id"),
        {"project_id": "MIN(project_id)"},
        "WHERE issue_id IS NOT NULL",
    ),
    TagCount: (("key", "value"), {"last_seen_at": "MAX(last_seen_at)"}, ""),
    AffectedUser: (("user_hash",), {}, ""),
}


def add_up(using: str, issue_ids: Sequence[int], into: int) -> None:
    """Add all figures of these issues to those of one, which is not among them, and delete them."""
    all_ids = [into, *issue_ids]
    among = f"issue_id IN ({', '.join(['%s'] * len(all_ids))})"
    with connections[using].cursor() as cursor:
        for model, (keys, others, index) in _TABLES.items():
            table, names = f'"{model._meta.db_table}"', ", ".join(keys)
            columns = ", ".join((*keys, *others, "events"))
            sums = ", ".join((*keys, *others.values(), "SUM(events)"))
            then = ", ".join(f"{column} = excluded.{column}" for column in (*others, "events"))
            # The sum of all, also of those that the one has: it takes the place of its own.
            cursor.execute(
                f"INSERT INTO {table} (issue_id, {columns})"  # noqa: S608 (names are ours)
                f" SELECT %s, {sums} FROM {table} WHERE {among} GROUP BY {names}"
                f" ON CONFLICT (issue_id, {names}) {index} DO UPDATE SET {then}",
                [into, *all_ids],
            )
            for issue_id in issue_ids:
                model._default_manager.using(using).filter(issue=issue_id).delete()


def users_of(using: str, issue_id: int) -> int:
    """How many users this issue has met."""
    return AffectedUser.objects.using(using).filter(issue=issue_id).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What figures have to know of one event that is kept."""

    received_at: datetime
    occurrences: int
    """As the digest has counted it; in a storm more than one."""
    environment_id: int | None
    user_hash: int | None
    tags: Sequence[tuple[str, str]]


def move(using: str, kept: Sequence[Kept], issue: Issue, into: Issue) -> None:
    """
    Take the figures of these events out of an issue, and give them to one that has none yet.

    Of events that are no longer kept nobody knows whose they were: their figures stay.
    """
    times, tags, users = _times(kept), _tags(kept), _users(kept)
    last = _last_seen(kept)
    Count.objects.using(using).bulk_create(
        Count(
            project_id=into.project_id,
            issue=into,
            environment_id=environment_id,
            per=per,
            begins_at=begins_at,
            events=events,
        )
        for (environment_id, per, begins_at), events in times.items()
    )
    TagCount.objects.using(using).bulk_create(
        TagCount(issue=into, key=key, value=value, events=events, last_seen_at=last[key, value])
        for (key, value), events in tags.items()
    )
    AffectedUser.objects.using(using).bulk_create(
        AffectedUser(issue=into, user_hash=user_hash, events=events)
        for user_hash, events in users.items()
    )
    for (environment_id, per, begins_at), events in times.items():
        rows = Count.objects.using(using).filter(issue=issue, environment=environment_id)
        _take(rows.filter(per=per, begins_at=begins_at), events)
    for (key, value), events in tags.items():
        _take(TagCount.objects.using(using).filter(issue=issue, key=key, value=value), events)
    for user_hash, events in users.items():
        _take(AffectedUser.objects.using(using).filter(issue=issue, user_hash=user_hash), events)


def _take(rows: QuerySet[Any], events: int) -> None:
    if not rows.filter(events__gt=events).update(events=F("events") - events):
        rows.delete()


def _times(kept: Sequence[Kept]) -> Counter[tuple[int, str, datetime]]:
    sums: Counter[tuple[int, str, datetime]] = Counter()
    for each in kept:
        if each.environment_id is not None:
            hour = _hour(each.received_at)
            sums[each.environment_id, Count.Per.HOUR.value, _stored(hour)] += each.occurrences
            sums[each.environment_id, Count.Per.DAY.value, _stored(hour.replace(hour=0))] += (
                each.occurrences
            )
    return sums


def _hour(at: datetime) -> datetime:
    """The hour of UTC that the digest has counted it in."""
    aware = at if settings.USE_TZ else make_aware(at)
    return aware.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _stored(at: datetime) -> datetime:
    return at if settings.USE_TZ else make_naive(at)


def _tags(kept: Sequence[Kept]) -> Counter[tuple[str, str]]:
    return Counter(tag for each in kept for tag in each.tags)


def _last_seen(kept: Sequence[Kept]) -> dict[tuple[str, str], datetime]:
    ordered = sorted(kept, key=lambda each: each.received_at)
    return {tag: each.received_at for each in ordered for tag in each.tags}


def _users(kept: Sequence[Kept]) -> Counter[int]:
    return Counter(each.user_hash for each in kept if each.user_hash is not None)
