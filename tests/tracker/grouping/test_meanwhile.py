"""People merge and split while the digest runs: no event is lost, counted twice or left behind."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from fireline.tracker.digest import digest, storing
from fireline.tracker.grouping import fingerprint_of
from fireline.tracker.grouping.by_hand import merge, split
from fireline.tracker.models import Count, Event, Fingerprint, Issue
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.digest.conftest import Sender, bug
from tests.tracker.elsewhere import ALIAS

BATCHES = 8
NAMES = ("Refused", "Timeout", "Gone")


class Digesting(threading.Thread):
    """A digester with a spool of its own, in a thread of its own."""

    def __init__(self, directory: Path, number: int) -> None:
        super().__init__()
        self.spool = LocalSpool(directory / str(number), 64 * 2**20)
        self.stored = 0
        self.begun = threading.Event()
        sender = Sender(self.spool)
        for batch in range(BATCHES):
            sender.send(*[bug(name, user={"id": batch}) for name in NAMES for _ in range(3)])

    def run(self) -> None:
        """Digest small batches until nothing is left."""
        try:
            while True:
                try:
                    digested = digest(self.spool, 9)
                except OperationalError:  # it is back in the spool
                    continue
                self.begun.set()
                if not digested.taken:
                    return
                self.stored += digested.stored
        finally:
            self.begun.set()
            connections[ALIAS].close()


@pytest.fixture
def digesting(
    committed: str, tmp_path: Path, django_db_blocker: object
) -> Iterator[list[Digesting]]:
    """Two digesters that have just begun."""
    threads = [Digesting(tmp_path, number) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        assert thread.begun.wait(60)
    yield threads
    for thread in threads:
        thread.join()
        thread.spool.close()


def decide(turn: int) -> None:
    """What a person does next: all into one, or one out of all."""
    first, *others = Issue.objects.using(ALIAS).order_by("id")
    if others:
        merge(others, into=first)
    else:
        name = NAMES[turn % len(NAMES)]
        split(Fingerprint.objects.using(ALIAS).get(hash=fingerprint_of(bug(name)).hash))


def test_digest_goes_on(digesting: list[Digesting]) -> None:
    """Two digesters and one person, all at the same time: in the end all figures are those of the events."""
    decisions = 0
    while decisions < 4 or (decisions < 40 and any(thread.is_alive() for thread in digesting)):
        try:
            decide(decisions)
        except OperationalError:  # PostgreSQL has sent one of two away that waited for each other
            continue
        except ValueError:  # the digest has not met that bug yet
            continue
        decisions += 1
    for thread in digesting:
        thread.join()

    assert sum(thread.stored for thread in digesting) == 2 * BATCHES * 9
    events = Event.objects.using(ALIAS)
    assert events.count() == 2 * BATCHES * 9
    assert Issue.objects.using(ALIAS).count() <= len(NAMES)
    for issue in Issue.objects.using(ALIAS):
        mine = events.filter(issue=issue)
        assert issue.event_count == mine.count()
        assert issue.user_count == mine.values("user_hash").distinct().count()
        hours = Count.objects.using(ALIAS).filter(issue=issue, per="h")
        assert sum(hours.values_list("events", flat=True)) == mine.count()
        assert sum(issue.users.values_list("events", flat=True)) == mine.count()
    for fingerprint in Fingerprint.objects.using(ALIAS):
        places = set(events.filter(fingerprint=fingerprint).values_list("issue", flat=True))
        assert places == {fingerprint.issue_id}


@pytest.mark.parametrize("by", ["", "message"])
def test_split_waits_for_a_digest_that_has_looked_up(
    committed: str, sender: Sender, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Events that are on their way into the old issue are seen, and come into the new one."""
    sender.stored(bug("Refused"), bug("Timeout", transaction="/a/"))
    one, other = Issue.objects.order_by("id")
    merge([other], into=one)
    looked_up, lead = threading.Event(), storing.issues.lead

    def slowly(*arguments: Any) -> Any:
        led = lead(*arguments)
        looked_up.set()
        time.sleep(0.3)  # in which the split would be over, did it not wait
        return led

    monkeypatch.setattr(storing.issues, "lead", slowly)
    sender.send(bug("Timeout"), bug("Timeout"))
    digesting = threading.Thread(target=lambda: (sender.digest(), connections[ALIAS].close()))
    digesting.start()
    assert looked_up.wait(60)

    issues = split(Fingerprint.objects.get(hash=fingerprint_of(bug("Timeout")).hash), by)

    digesting.join()
    moved = Event.objects.exclude(fingerprint__hash=fingerprint_of(bug("Refused")).hash)
    assert set(moved.values_list("issue", flat=True)) == {issues[0].pk}
    assert moved.count() == 3
    assert sum(Issue.objects.values_list("event_count", flat=True)) == 4
