"""From the spool into issues, events and figures, and never twice."""

import pytest

from fireline.tracker.digest import Digested
from fireline.tracker.models import Count, Event, Issue, Outcome, Project
from tests.tracker.digest.conftest import Sender, bug, event

pytestmark = pytest.mark.usefixtures("rows")


def test_events_of_one_bug_are_one_issue(sender: Sender) -> None:
    """Three events of one bug make one issue that has seen three."""
    stored = sender.stored(event(), event(), event())

    issue = Issue.objects.get()
    assert issue.event_count == 3
    assert (issue.type, issue.message) == ("ZeroDivisionError", "by zero")
    assert {each.issue_id for each in stored} == {issue.pk}


def test_other_bug_is_other_issue(sender: Sender) -> None:
    """Events of two bugs make two issues."""
    sender.stored(bug("KeyError"), bug("ValueError"))

    assert set(Issue.objects.values_list("type", flat=True)) == {"KeyError", "ValueError"}


def test_first_is_new_others_are_repeated(sender: Sender) -> None:
    """The first event of an issue has made it; the others are one more, in this batch and the next."""
    sender.stored(event(), event())

    stored = sender.stored(event())

    assert [each.outcome for each in stored] == [Outcome.NEW, Outcome.REPEATED, Outcome.REPEATED]


def test_event_sent_twice_is_stored_once(sender: Sender) -> None:
    """The same event id again, in this batch or a later one, changes nothing at all."""
    same = event(release="1.0", tags={"colour": "red"}, user={"id": 7})
    sender.send(same, same)
    first = sender.digest()
    sender.send(same)

    again = sender.digest()

    assert first == Digested(taken=2, stored=1, repeated=1)
    assert again == Digested(taken=1, repeated=1)
    assert Event.objects.count() == 1
    assert Issue.objects.get().event_count == 1
    assert set(Count.objects.values_list("events", flat=True)) == {1}


def test_own_process_makes_its_project(sender: Sender) -> None:
    """A service that is named for the first time becomes a project with a key."""
    sender.stored(event())

    project = Project.objects.get()
    assert project.name == "crm"
    assert project.keys.count() == 1
