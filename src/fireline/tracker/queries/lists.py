"""The two lists: a project's issues, and an issue's events."""

from fireline.tracker.models import Event, Issue, Status
from fireline.tracker.queries.pages import Page, newest, page

MOST = 500


def issues(
    project: int, status: Status | None = Status.OPEN, *, after: str = "", limit: int = 50
) -> Page[Issue]:
    """
    A project's issues of this status, or of all where it is None; what happened last comes first.

    One statement for each status, one for their releases. Raises ValueError for an `after` that nobody was given.
    """
    limit = _bounded(limit)
    rows = Issue.objects.filter(project=project).prefetch_related("last_release")
    wanted = list(Status) if status is None else [status]
    parts = [newest(rows.filter(status=each), "last_seen_at", after, limit + 1) for each in wanted]
    return page(parts, "last_seen_at", limit)


def events(issue: int, *, after: str = "", limit: int = 50) -> Page[Event]:
    """
    An issue's stored events, the newest first, without their payloads, which are read when asked for.

    One statement, one for their releases and one for their environments. Raises ValueError for an `after` that nobody was given.
    """
    limit = _bounded(limit)
    rows = Event.objects.filter(issue=issue).prefetch_related("release", "environment")
    part = newest(rows.defer("payload"), "received_at", after, limit + 1)
    return page([part], "received_at", limit)


def _bounded(limit: int) -> int:
    return max(1, min(limit, MOST))
