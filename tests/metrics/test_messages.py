"""Messages in figures: by channel, and by what became of them."""

import pytest

from fireline.communication import CommunicationManager, Contact, Message, WhatsAppService
from fireline.metrics import families_now
from tests.metrics.reading import Reading

FAMILY = "fireline_messages_total"


@pytest.fixture
def counted():
    """How many more of these there are since the test began."""
    before = Reading(families_now())

    def counted(**labels):
        return Reading(families_now()).total(FAMILY, **labels) - before.total(FAMILY, **labels)

    return counted


def test_attempts_are_counted(counted):
    """Each once, under its channel and outcome."""
    for number in ("", "words"):
        WhatsAppService().send_text(number, "Hello")

    assert counted(channel="whatsapp", outcome="failed") == 2
    assert counted() == 2


@pytest.mark.django_db
def test_names_of_channels_that_there_are_not_share_a_label(counted):
    """They may come from a form."""
    for number in range(20):
        CommunicationManager().send(Contact(), Message(text="Hi"), channels=[f"fax-{number}"])

    assert counted(channel="other", outcome="failed") == 20
