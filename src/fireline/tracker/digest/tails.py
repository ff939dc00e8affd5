"""What came behind the last event of a storm, where no other has followed it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fireline.tracker.digest.counted import Tail
from fireline.tracker.digest.figures import count_tails
from fireline.tracker.digest.registry import Received
from fireline.tracker.digest.statements import look_up
from fireline.tracker.models import Event
from fireline.tracker.tails import told_by


def store(received: Sequence[Received], using: str) -> None:
    """Count these where their events were counted; of one that is no longer kept nobody knows where."""
    told = [
        (each, *told_by(each.item))
        for each in received
        if not each.entry.key  # who has a key is no part of this service
    ]
    wanted = sorted({(each.project_id, event_id) for each, event_id, _ in told})
    what = "t.project_id, t.event_id, t.issue_id, t.environment_id, t.release_id"
    rows = look_up(using, Event, ("project", "event_id"), wanted, what)
    places = {(project_id, event_id): place for project_id, event_id, *place in rows}
    tails = []
    for each, event_id, count in told:
        issue_id, environment_id, release_id = places.get((each.project_id, event_id), [None] * 3)
        if environment_id:
            tails.append(
                Tail(
                    project_id=each.project_id,
                    issue_id=issue_id,
                    environment_id=environment_id,
                    release_id=release_id,
                    received_at=datetime.fromtimestamp(each.entry.received_at, UTC),
                    occurrences=count,
                )
            )
    count_tails(using, tails)
