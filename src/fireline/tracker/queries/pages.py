"""Pages of a list that is in the order of a time: each begins behind the last row of the one before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[M]):
    """Some rows of a list."""

    rows: Sequence[M]
    after: str
    """What the next page is asked by; empty where there is none."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The place of a row in its list: its time, and its primary key among those of one moment."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, row: Model, time: str) -> "Key":
        """Where this row is."""
        return cls(getattr(row, time), row.pk)

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key that somebody was given; raises ValueError for what nobody was."""
        if not re.fullmatch(r"[0-9]{1,17}-[0-9]{1,18}", text, re.ASCII):
            raise ValueError(
                f"{text[:50]!r} is no key of a page. Take the `after` of the one before."
            )
        microseconds, pk = text.split("-")
        return cls(_BEGINNING + int(microseconds) * _MICROSECOND, int(pk))

    def __str__(self) -> str:
        return f"{(self.at - _BEGINNING) // _MICROSECOND}-{self.pk}"


def newest(rows: "QuerySet[M]", time: str, after: str, count: int) -> list[M]:
    """So many of these rows, the newest first, from behind the key on."""
    if after:
        key = Key.read(after)
        # In this form both databases walk along the index; the rows of one moment are few.
        rows = rows.filter(**{f"{time}__lte": key.at})
        rows = rows.exclude(Q(**{time: key.at}) & Q(pk__gte=key.pk))
    return list(rows.order_by(f"-{time}", "-pk")[:count])


def page(parts: Sequence[list[M]], time: str, limit: int) -> Page[Any]:
    """A page of the newest rows of these lists, each of which has one more than fit, if there is one."""
    rows = [row for part in parts for row in part]
    if len(parts) > 1:
        rows.sort(key=lambda row: Key.of(row, time), reverse=True)
    shown = tuple(rows[:limit])
    return Page(rows=shown, after=str(Key.of(shown[-1], time)) if len(rows) > limit else "")
