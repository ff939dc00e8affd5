"""What the spool hands out again, because a digester died before it could say that it is stored."""

import os
import signal
import time
from typing import Any

import pytest
from django.db import connections
from django.db.models import Sum
from django.test import override_settings

from fireline.tracker.digest import Digested
from fireline.tracker.models import Count, Event, Issue, Receipt
from fireline.tracker.retention import rounds, thinned
from tests.tracker.digest.conftest import Sender, event

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),  # others leave threads
]

TWO_HOURS = 7_200
A_WEEK = 604_800


def _killed_before_done(sender: Sender) -> None:
    """A digester that is killed with `kill -9` when its batch is stored, and the spool has not heard of it."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            sender.spool.done = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
            sender.digest()
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def _digested(sender: Sender) -> Digested:
    total = Digested()
    while (digested := sender.digest()).taken:
        total += digested
    return total


def _thinned() -> None:
    """A whole round of retention, that leaves an issue two events."""
    thinned._stored.clear()
    with override_settings(FIRELINE={"SERVICE": "crm", "TRACKER_EVENTS_PER_ISSUE": 2}):
        list(rounds.whole())


@pytest.mark.parametrize("age", [TWO_HOURS, A_WEEK])
def test_thinned_before_it_comes_again(sender: Sender, age: int) -> None:
    """A backlog of whatever age is counted once, though its events are gone when it comes again."""
    sender.send(*[event() for _ in range(20)], received_at=time.time() - age)
    _killed_before_done(sender)
    stored = Event.objects.count()
    _thinned()
    left = Event.objects.count()

    again = _digested(sender)

    assert (stored, left) == (20, 2)
    assert again == Digested(taken=20, repeated=20)
    assert Event.objects.count() == 2
    assert Issue.objects.get().event_count == 20
    days = Count.objects.filter(per=Count.Per.DAY, issue=None, release=None)
    assert days.aggregate(sum=Sum("events"))["sum"] == 20


def test_receipts_go_when_the_spool_has_forgotten(sender: Sender) -> None:
    """There is one for each entry that may come again, and none for any other."""
    sender.send(*[event() for _ in range(5)])
    _killed_before_done(sender)
    waiting = Receipt.objects.count()
    sender.send(event())

    _digested(sender)

    assert waiting == 5
    assert not Receipt.objects.exists()


def test_spool_that_cannot_remember_may_hand_out_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk is too full to write down what is done, receipts stay."""

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    sender.send(event())
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        sender.digest()
    sender.spool.close()

    again = _digested(sender)

    assert again == Digested(taken=1, repeated=1)
