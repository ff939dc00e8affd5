"""Somebody has an id, from a log line, an error page or a mail."""

from collections.abc import Sequence

from django.db.models import Q

from fireline.tracker.models import Event, Project

MOST = 50
_LONGEST = 64


def found(text: str) -> Sequence[Event]:
    """
    The events with this error id, correlation id or event id: at most fifty, the newest first.

    With their issues and projects, without their payloads.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or "\0" in text:
        return ()
    # The second half names what the indexes leave out: SQLite takes them for nothing less.
    wanted = [
        Q(error_id=text) & ~Q(error_id=""),
        Q(correlation_id=text) & ~Q(correlation_id=""),
    ]
    if len(event_id := text.replace("-", "").lower()) == 32:
        wanted.append(Q(project__in=Project.objects.values("pk"), event_id=event_id))
    rows = Event.objects.defer("payload").prefetch_related("issue", "project")
    events = {event.pk: event for which in wanted for event in rows.filter(which)[:MOST]}
    return sorted(events.values(), key=lambda event: (event.received_at, event.pk), reverse=True)[
        :MOST
    ]
