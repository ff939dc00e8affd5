"""How many events of an issue bear which tags."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from fireline.tracker.digest.counted import Counted
from fireline.tracker.digest.statements import added, columns, insert, look_up, table, update
from fireline.tracker.models import TagCount

MOST_KEYS = 100
"""Different tags of one issue that are counted."""
MOST_VALUES = 50
"""Different values of one tag of one issue; others are counted together, under the empty value."""

Tag = tuple[int, str, str]
"""The number of an issue, a key and a value."""


def count_tags(using: str, counted: Sequence[Counted]) -> None:
    """Add the tags of these events; of too many values those that are new go to the empty one."""
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
        f"ON CONFLICT (issue_id, key, value) DO UPDATE SET {added(TagCount)}, "
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
