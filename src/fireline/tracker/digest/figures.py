"""What is counted of the events that are newly stored: by hour and day, by tag, by user, by release."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fireline.tracker.digest.arrivals import Arrival
from fireline.tracker.digest.statements import columns, insert, look_up, table, update
from fireline.tracker.models import AffectedUser, Count, Issue, Release, TagCount

MOST_KEYS = 100
"""Different tags of one issue that are counted."""
MOST_VALUES = 50
"""Different values of one tag of one issue; others are counted together, under the empty value."""
MOST_USERS = 100_000
"""Users of one issue that are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One event that is newly stored, and where."""

    arrival: Arrival
    project_id: int
    issue_id: int
    fingerprint_id: int
    environment_id: int
    release_id: int | None


def count(using: str, counted: Sequence[Counted]) -> dict[int, int]:
    """
    Add these events to all figures but the issues' own; how many new users each issue has.

    The issues are locked already. What several of them share comes last, each in one order: then
    no two workers ever wait for each other.
    """
    new_users = _count_users(using, counted)
    _count_tags(using, counted)
    _count_times(using, counted, "issue_id", ("issue",))
    _count_releases(using, counted)
    _count_times(using, [each for each in counted if each.release_id], "release_id", ("release",))
    _count_times(using, counted, "project_id", ())
    return new_users


_ADD = "DO UPDATE SET events = {table}.events + excluded.events"


def _count_times(using: str, counted: Sequence[Counted], by: str, extra: tuple[str, ...]) -> None:
    sums: Counter[tuple[Any, ...]] = Counter()
    for each in counted:
        hour = each.arrival.received_at.replace(minute=0, second=0, microsecond=0)
        what = (each.project_id, *([getattr(each, by)] if extra else []), each.environment_id)
        sums[*what, Count.Per.HOUR.value, hour] += 1
        sums[*what, Count.Per.DAY.value, hour.replace(hour=0)] += 1
    condition = {
        "issue_id": "issue_id IS NOT NULL",
        "release_id": "release_id IS NOT NULL",
        "project_id": "issue_id IS NULL AND release_id IS NULL",
    }[by]
    insert(
        using,
        Count,
        ("project", *extra, "environment", "per", "begins_at", "events"),
        [(*key, sums[key]) for key in sorted(sums)],
        f"ON CONFLICT ({by}, per, begins_at, environment_id) WHERE {condition} "
        + _ADD.format(table=table(Count)),
    )


def _count_releases(using: str, counted: Sequence[Counted]) -> None:
    sums: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for each in counted:
        if each.release_id:
            sums[each.release_id] += 1
            last[each.release_id] = each.arrival.received_at
    t = table(Release)
    update(
        using,
        Release,
        ("id", "event_count", "last_seen_at"),
        [(id_, sums[id_], last[id_]) for id_ in sorted(sums)],
        f"SET event_count = {t}.event_count + given.event_count, "
        f"last_seen_at = given.last_seen_at FROM given WHERE {t}.id = given.id",
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
        f"ON CONFLICT (issue_id, user_hash) {_ADD.format(table=table(AffectedUser))}"
        " RETURNING issue_id, user_hash, events",
    )
    # Who was there already has met more of them than these.
    return Counter(
        issue_id for issue_id, user_hash, events in rows if events == sums[issue_id, user_hash]
    )


def _full(using: str, issue_ids: Iterable[int]) -> set[int]:
    issues = Issue.objects.using(using).filter(id__in=issue_ids, user_count__gte=MOST_USERS)
    return set(issues.values_list("id", flat=True))


Tag = tuple[int, str, str]
"""The number of an issue, a key and a value."""


def _count_tags(using: str, counted: Sequence[Counted]) -> None:
    sums: Counter[Tag] = Counter()
    last: dict[Tag, datetime] = {}
    for each in counted:
        for key, value in each.arrival.tags:
            tag = each.issue_id, key, value
            sums[tag] += 1
            last[tag] = each.arrival.received_at
    t = table(TagCount)
    known = update(
        using,
        TagCount,
        ("issue", "key", "value", "events", "last_seen_at"),
        [(*tag, sums[tag], last[tag]) for tag in sorted(sums)],
        f"SET events = {t}.events + given.events, last_seen_at = given.last_seen_at FROM given "
        f"WHERE {t}.issue_id = given.issue_id AND {t}.key = given.key AND {t}.value = given.value "
        f"RETURNING {t}.issue_id, {t}.key, {t}.value",
    )
    new = sums.keys() - set(known)
    if not new:
        return
    stored: Counter[Tag] = Counter()
    for tag, stored_as in _with_room(using, new):
        stored[stored_as] += sums[tag]
        last[stored_as] = max(last[tag], last.get(stored_as, last[tag]))
    insert(
        using,
        TagCount,
        ("issue", "key", "value", "events", "last_seen_at"),
        [(*tag, stored[tag], last[tag]) for tag in sorted(stored)],
        f"ON CONFLICT (issue_id, key, value) {_ADD.format(table=table(TagCount))}, "
        "last_seen_at = excluded.last_seen_at",
    )


def _with_room(using: str, new: Iterable[Tag]) -> Iterator[tuple[Tag, Tag]]:
    """Each of these, and as what it is stored: itself, or one of too many values of its key."""
    ordered = sorted(new)
    pairs = sorted({(issue_id, key) for issue_id, key, _ in ordered})
    values = _counts(using, TagCount, ("issue", "key"), pairs)
    fresh = sorted({(issue_id,) for issue_id, key in pairs if (issue_id, key) not in values})
    keys: dict[int, int] = defaultdict(int)
    for (issue_id,), number in _counts(
        using, TagCount, ("issue",), fresh, "DISTINCT t.key"
    ).items():
        keys[issue_id] = number
    for tag in ordered:
        issue_id, key, _ = tag
        if (issue_id, key) not in values:
            if keys[issue_id] >= MOST_KEYS:
                continue
            keys[issue_id] += 1
            values[issue_id, key] = 0
        values[issue_id, key] += 1
        yield tag, (tag if values[issue_id, key] <= MOST_VALUES else (issue_id, key, ""))


def _counts(
    using: str,
    model: type[TagCount],
    fields: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    what: str = "*",
) -> dict[Any, int]:
    names = ", ".join(f"t.{name}" for name in columns(model, fields))
    found = look_up(using, model, fields, rows, f"{names}, COUNT({what})", f"GROUP BY {names}")
    return {tuple(key): number for *key, number in found}
