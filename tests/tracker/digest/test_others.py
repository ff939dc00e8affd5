"""What comes beside events: files, feedback, reports of clients, and what nobody understands yet."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest

from fireline.tracker.digest import attachments, client_reports, registry
from fireline.tracker.digest.registry import Received
from fireline.tracker.models import Attachment, Discarded, Event, Feedback, Project
from fireline.tracker.payload import decompressed
from tests.tracker.digest.conftest import Sender, envelope, event

pytestmark = pytest.mark.usefixtures("rows")


@pytest.fixture
def received() -> Iterator[list[Received]]:
    """What a digester of transactions was given."""
    given: list[Received] = []

    def keep(batch: Sequence[Received], using: str) -> None:
        given.extend(batch)

    registry.register("transaction", keep)
    yield given
    del registry.DIGESTERS["transaction"]


def _twice(sender: Sender, body: bytes) -> None:
    """Accept it, and let the spool hand it out twice: the first digester dies when it is stored."""
    sender.put(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender.spool, "done", lambda _: sender.spool.close())
        sender.digest()
    assert sender.digest().taken == 1


def _discarded() -> dict[tuple[str, ...], int]:
    rows = Discarded.objects.values_list("by", "reason", "category", "quantity")
    return {tuple(name): quantity for *name, quantity in rows}


def test_attachment_is_kept_with_its_event(sender: Sender) -> None:
    """A file of an event is kept, once, and can be had again byte by byte."""
    sent = event()
    file = {"type": "attachment", "filename": "log\0.txt", "content_type": "text/plain"}
    body = b"line\n\0" * 1000

    _twice(
        sender,
        envelope(({"type": "event"}, orjson.dumps(sent)), (file, body), event_id=sent["event_id"]),
    )

    kept = Attachment.objects.get()
    assert Event.objects.get().event_id == kept.event_id == sent["event_id"]
    assert (kept.filename, kept.content_type, kept.size) == ("log.txt", "text/plain", len(body))
    assert decompressed(kept.body) == body


def test_attachment_that_is_too_large_is_counted(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file beyond the limit is not kept, and that is told."""
    monkeypatch.setattr(attachments, "LARGEST", 10)

    sender.put(envelope(({"type": "attachment"}, b"x" * 11), event_id=uuid4().hex))
    sender.digest()

    assert not Attachment.objects.exists()
    assert _discarded() == {("tracker", "too_large", "attachment"): 1}


def test_feedback_is_kept(sender: Sender) -> None:
    """What a person has written is kept, with the event it is about, and without secrets."""
    about = uuid4().hex
    told = {
        "name": "Ada",
        "contact_email": "ada@example.com",
        "message": "It broke. My password=hunter2trustno1",
        "url": "https://shop.example/",
        "associated_event_id": about,
    }
    body = {"event_id": uuid4().hex, "contexts": {"feedback": told}}

    _twice(sender, envelope(({"type": "feedback"}, orjson.dumps(body))))

    kept = Feedback.objects.get()
    assert (kept.name, kept.email, kept.event_id) == ("Ada", "ada@example.com", about)
    assert kept.message.startswith("It broke.")
    assert "hunter2trustno1" not in kept.message


def test_user_report_is_feedback(sender: Sender) -> None:
    """The older form of feedback is kept as the newer one."""
    about = uuid4().hex
    report = {"event_id": about, "name": "Ada", "email": "a@example.com", "comments": "It broke."}

    sender.item("user_report", report)
    sender.digest()

    kept = Feedback.objects.get()
    assert (kept.event_id, kept.name, kept.message) == (about, "Ada", "It broke.")


@pytest.mark.parametrize(
    "value", [None, 1, [], "x", {}, {"contexts": []}, {"contexts": {"feedback": {"message": []}}}]
)
@pytest.mark.parametrize("kind", ["feedback", "user_report", "client_report"])
def test_odd_items_hurt_nobody(sender: Sender, kind: str, value: Any) -> None:
    """Items of the wrong shape leave nothing behind."""
    sender.item(kind, value)

    assert sender.digest().set_aside == 0
    assert not Feedback.objects.exists()


def test_client_report_is_added_up(sender: Sender) -> None:
    """What a client says that it has dropped is added up by reason and category, once."""
    report = {
        "discarded_events": [
            {"reason": "ratelimit_backoff", "category": "error", "quantity": 3},
            {"reason": "ratelimit_backoff", "category": "error", "quantity": 2},
            {"reason": "a" * 99, "category": "error", "quantity": 1},
            {"reason": "x", "category": "error", "quantity": -5},
            {"reason": "x", "category": "error", "quantity": 2.5},
            None,
        ]
    }

    _twice(sender, envelope(({"type": "client_report"}, orjson.dumps(report))))

    assert _discarded() == {
        ("client", "ratelimit_backoff", "error"): 5,
        ("client", "other", "error"): 1,
    }


def test_client_can_claim_so_much_and_no_more(sender: Sender) -> None:
    """Neither a large figure nor many reports in one envelope make more than a client can have dropped."""
    line = {"reason": "sample_rate", "category": "transaction", "quantity": 10**12}
    report = orjson.dumps({"discarded_events": [{**line, "quantity": 30_000}, line, line]})

    for _ in range(2):
        sender.put(envelope(*[({"type": "client_report"}, report)] * 5))
    sender.digest()

    assert sum(_discarded().values()) == 2 * client_reports.MOST_AT_ONCE


def test_what_nobody_understands_is_counted_by_name(sender: Sender) -> None:
    """Items without a digester are counted and dropped, each once."""
    _twice(
        sender,
        envelope(({"type": "statsd"}, b"a"), ({"type": "statsd"}, b"b"), ({"type": "ö"}, b"")),
    )

    assert _discarded() == {
        ("tracker", "not_understood", "statsd"): 2,
        ("tracker", "not_understood", "other"): 1,
    }


def test_made_up_names_fill_no_table(sender: Sender) -> None:
    """A client that makes up names of items gets a bounded number of rows."""
    for _ in range(2):
        items = [({"type": uuid4().hex}, b"") for _ in range(80)]
        sender.put(envelope(*items))
        sender.digest()

    assert len(_discarded()) <= 101
    assert sum(_discarded().values()) == 160


def test_digester_is_given_each_item_once(sender: Sender, received: list[Received]) -> None:
    """Who registers for a type gets all items of a batch, each once, with project and event."""
    event_id = uuid4().hex

    _twice(
        sender,
        envelope(
            ({"type": "transaction"}, b"1"), ({"type": "transaction"}, b"2"), event_id=event_id
        ),
    )

    assert [each.item.payload for each in received] == [b"1", b"2"]
    assert {each.project_id for each in received} == {Project.objects.get().pk}
    assert {each.event_id for each in received} == {event_id}
