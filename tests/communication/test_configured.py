"""What is missing is said before a message is lost: by manage.py check and in /health/."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from fireline import health
from fireline.communication import CommunicationManager, Contact, Message
from fireline.communication.configured import check
from fireline.communication.models import Attempt
from fireline.probes import messages

ADA = Contact(phone="+49 30 23125 014")


def verdict():
    """What /health/ says of messages."""
    messages.install()  # as when Django starts: other tests have cleared all checks
    return health.Look(["messages"]).verdicts()["messages"]


def test_all_is_there(provider, mailbox):
    """Nothing is said, and the health is good."""
    assert check(None) == []
    assert verdict().status == "healthy"
    assert verdict().details == {"whatsapp": "configured", "email": "configured"}


def test_what_is_missing_is_named(provider, mailbox, settings):
    """A warning at start, and a degraded check: no more, for the next channel takes the messages."""
    settings.FIRELINE = {**settings.FIRELINE, "WHATSAPP_TOKEN": ""}

    [warning] = check(None)

    assert warning.id == "fireline.W020"
    assert "WHATSAPP_TOKEN" in warning.msg
    assert verdict().status == "degraded"
    assert "WHATSAPP_TOKEN" in verdict().details["whatsapp"]


def test_nobody_is_asked_over_the_network(provider, mailbox):
    """A provider that is away must not make our own health bad."""
    check(None)
    verdict()

    assert provider.received == []
    assert mailbox.mails == []


def test_channel_that_nobody_knows_is_said_at_start(settings):
    """A slip of the pen would lose messages only when they are sent."""
    settings.FIRELINE = {**settings.FIRELINE, "MESSAGE_CHANNELS": ["e-mail"]}

    [warning] = check(None)

    assert "There is no channel 'e-mail'" in warning.msg


@pytest.mark.django_db
def test_trail_of_long_ago_is_deleted(provider, mailbox):
    """By a command; what is younger stays."""
    manager = CommunicationManager()
    manager.send(ADA, Message(text="old"), key="old")
    Attempt.objects.update(began_at=timezone.now() - timedelta(days=91))
    manager.send(ADA, Message(text="new"), key="new")
    said = StringIO()

    call_command("fireline_forget_messages", days=90, stdout=said)

    assert said.getvalue() == "1 attempts were deleted.\n"
    assert [result.key for result in manager.trail("old", "new")] == ["new"]
