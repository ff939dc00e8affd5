"""What people who met a failure have written about it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fireline.scrub import scrubbed
from fireline.tracker.digest.ids import hexadecimal, made_id
from fireline.tracker.digest.parsed import parsed
from fireline.tracker.digest.registry import Received
from fireline.tracker.digest.statements import insert
from fireline.tracker.models import Feedback
from fireline.tracker.texts import cut

LONGEST = 10_000


def store(received: Sequence[Received], using: str) -> None:
    """Keep these, each once; what holds no message is no feedback."""
    rows = [row for row in map(_row, received) if row[5]]
    insert(using, Feedback, _COLUMNS, rows, "ON CONFLICT (project_id, feedback_id) DO NOTHING")


_COLUMNS = (
    "project", "feedback_id", "event_id", "name", "email", "message", "url", "received_at",
)  # fmt: skip


def _row(received: Received) -> tuple[Any, ...]:
    sent = _read(received)
    told = _dict(_dict(sent.get("contexts")).get("feedback")) or sent
    is_report = received.item.type == "user_report"  # the older form, with its event's id
    feedback_id = "" if is_report else hexadecimal(sent.get("event_id"))
    about = sent.get("event_id") if is_report else told.get("associated_event_id")
    return (
        received.project_id,
        feedback_id or made_id(received.entry.id, received.number),
        hexadecimal(about),
        cut(told.get("name"), 200),
        cut(told.get("contact_email") or told.get("email"), 254),
        cut(told.get("message") or told.get("comments"), LONGEST),
        cut(told.get("url"), 2000),
        datetime.fromtimestamp(received.entry.received_at, UTC),
    )


def _read(received: Received) -> Mapping[str, Any]:
    try:
        sent = _dict(parsed(received.item.payload))
    except ValueError:
        return {}
    if received.entry.is_scrubbed:
        return sent
    clean: Mapping[str, Any] = scrubbed(sent)
    return clean


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
