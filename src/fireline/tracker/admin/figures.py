"""How often an issue comes, and whom and what it meets: tables of an issue's page."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Sum
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fireline.tracker.admin.shown import plain
from fireline.tracker.models import Count, Issue
from fireline.tracker.times import local, utc

_DAYS = 14
_HOURS = 24
_TAGS = 1000
_VALUES = 5


def by_day(issue: Issue) -> SafeString:
    """The days of two weeks on which it came, the newest first; days of UTC, as they are counted."""
    since = timezone.now() - timedelta(days=_DAYS)
    counts = _counts(issue, Count.Per.DAY, since)
    return _bars([(utc(at), number) for at, number in counts], "%Y-%m-%d")


def by_hour(issue: Issue) -> SafeString:
    """The hours of the last day in which it came, in the reader's zone."""
    since = timezone.now() - timedelta(hours=_HOURS)
    counts = _counts(issue, Count.Per.HOUR, since)
    return _bars([(local(at), number) for at, number in counts], "%Y-%m-%d %H:00")


def _counts(issue: Issue, per: Count.Per, since: datetime) -> list[tuple[datetime, int]]:
    rows = Count.objects.filter(issue=issue, per=per, begins_at__gte=since)
    summed = rows.values("begins_at").annotate(number=Sum("events")).order_by("-begins_at")
    return [(row["begins_at"], row["number"]) for row in summed[:_HOURS]]


def _bars(counts: Iterable[tuple[datetime, int]], written: str) -> SafeString:
    counts = list(counts)
    if not counts:
        return SafeString("-")
    most = max(number for _, number in counts)
    rows = format_html_join(
        "",
        '<tr><th>{}</th><td class="fireline-number">{}</td><td><meter min="0" max="{}" value="{}"></meter></td></tr>',
        ((at.strftime(written), f"{number:,}", most, number) for at, number in counts),
    )
    return format_html('<table class="fireline-rows">{}</table>', rows)


def tags(issue: Issue) -> SafeString:
    """Of each tag the values that came most, and how often."""
    counted = issue.tags.order_by("key", "-events").values_list("key", "value", "events")[:_TAGS]
    rows = (
        (plain(key), _values([(value, events) for _, value, events in values]))
        for key, values in groupby(counted, key=lambda row: row[0])
    )
    listed = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows)
    return (
        format_html('<table class="fireline-rows">{}</table>', listed)
        if listed
        else SafeString("-")
    )


def _values(counted: list[tuple[str, int]]) -> SafeString:
    shown = format_html_join(
        ", ",
        "{}\N{NO-BREAK SPACE}×{}",
        ((plain(value) or "others", f"{events:,}") for value, events in counted[:_VALUES]),
    )
    more = len(counted) - _VALUES
    return format_html("{}, and {} more", shown, more) if more > 0 else shown
