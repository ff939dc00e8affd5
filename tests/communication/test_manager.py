"""One message by whichever channel reaches somebody, and by none twice."""

import json
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from fireline.communication import (
    Attempt,
    Cause,
    Channel,
    CommunicationManager,
    Contact,
    DeliveryResult,
    Message,
    Outcome,
    Template,
    Undelivered,
)
from tests import loaded
from tests.communication.provider import error_of, never_answers, says
from tests.servers.running import MODULES

ADA = Contact(email="ada@kunde.example", phone="+49 30 23125 014")
READY = Message(subject="Ready", text="Your order is ready.")


def told(result: DeliveryResult) -> list[tuple[str, str]]:
    """Channel and outcome of each attempt, in order."""
    return [(each.channel, each.outcome.value) for each in (*result.before, result)]


@pytest.mark.django_db
def test_first_channel_that_takes_it_has_it(provider, mailbox):
    """The others are not asked."""
    result = CommunicationManager().send(ADA, READY)

    assert told(result) == [("whatsapp", "accepted")]
    assert mailbox.mails == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "text", "cause"),
    [
        pytest.param(Contact(email=ADA.email), "Hi", Cause.RECIPIENT, id="no-number"),
        pytest.param(Contact(email=ADA.email, phone="12"), "Hi", Cause.RECIPIENT, id="bad-number"),
        pytest.param(ADA, "x" * 70_000, Cause.MESSAGE, id="70,000-characters"),
    ],
)
def test_what_one_channel_cannot_carry_the_next_does(provider, mailbox, contact, text, cause):
    """A typed failure, then the fallback."""
    result = CommunicationManager().send(contact, Message(subject="Ready", text=text))

    assert told(result) == [("whatsapp", "failed"), ("email", "accepted")]
    assert result.before[0].cause is cause
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        pytest.param(says(400, error_of(131047)), "failed", id="24-hours-are-over"),
        pytest.param(says(200, error_of(131026)), "failed", id="error-inside-a-200"),
        pytest.param(never_answers, "unknown", id="never-answers"),
    ],
)
def test_failure_and_time_out_fall_back(provider, mailbox, settings, behaviour, outcome):
    """Whatever the provider does, the customer hears of it in time."""
    settings.FIRELINE = {**settings.FIRELINE, "MESSAGE_TIMEOUT": 1.5}
    provider.will(behaviour)

    result = CommunicationManager().send(ADA, READY)

    assert told(result) == [("whatsapp", outcome), ("email", "accepted")]
    provider.is_over.set()


@pytest.mark.django_db
def test_missing_configuration_falls_back(provider, mailbox, settings):
    """A service that was never set up holds up nobody."""
    settings.FIRELINE = {**settings.FIRELINE, "WHATSAPP_TOKEN": ""}

    result = CommunicationManager().send(ADA, READY)

    assert told(result) == [("whatsapp", "failed"), ("email", "accepted")]
    assert result.before[0].cause is Cause.CONFIGURATION


@pytest.mark.django_db
def test_unknown_channel_is_said_and_passed_over(provider, mailbox):
    """The names that there are stand in the trail."""
    result = CommunicationManager().send(ADA, READY, channels=["fax", "email"])

    assert told(result) == [("fax", "failed"), ("email", "accepted")]
    assert "whatsapp" in result.before[0].detail


@pytest.mark.django_db
def test_nobody_takes_it(provider, mailbox):
    """The last failure is the answer, the others stand before it; nothing is raised."""
    result = CommunicationManager().send(Contact(), READY, channels=["whatsapp", "email"])

    assert told(result) == [("whatsapp", "failed"), ("email", "failed")]
    assert not result.is_accepted


@pytest.mark.django_db
def test_template_goes_by_whatsapp_and_the_text_by_mail(provider, mailbox):
    """Each channel takes what it can carry."""
    message = Message(subject="Ready", text="Your order…", template=Template(name="order_ready"))

    CommunicationManager().send(ADA, message)
    CommunicationManager().send(ADA, message, channels=["email"])

    assert provider.received[0].json["type"] == "template"
    assert "Your order" in mailbox.mails[0].get_content()


@pytest.mark.django_db
def test_trail_is_complete(provider, mailbox, log, attempted, settings):
    """Row, log line and signal for each attempt, under one key; without the text."""
    settings.FIRELINE = {**settings.FIRELINE, "MESSAGE_TIMEOUT": 1.5}
    provider.will(never_answers)
    manager = CommunicationManager()

    manager.send(ADA, READY, key="order-42")

    wanted = [("whatsapp", "unknown"), ("email", "accepted")]
    rows = manager.trail("order-42")
    assert [(row.channel, row.outcome) for row in rows] == wanted
    assert [(each.channel, each.outcome) for each in attempted] == wanted
    lines = log.lines(logger=".communication")
    assert [(line["channel"], line["outcome"]) for line in lines] == wanted
    assert [line["level"] for line in lines] == ["WARNING", "INFO"]
    assert {line["message_key"] for line in lines} == {"order-42"}
    assert "order is ready" not in f"{rows}{attempted}{lines}"
    provider.is_over.set()


@pytest.mark.django_db
def test_key_is_sent_once(provider, mailbox):
    """Asked again, the manager tells what it knows."""
    first = CommunicationManager().send(ADA, READY, key="order-42")
    again = CommunicationManager().send(ADA, READY, key="order-42")

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert again.message_id == first.message_id
    assert len(provider.received) == 1


@pytest.mark.django_db
def test_what_the_next_channel_took_is_not_sent_by_the_first_later(provider, mailbox):
    """Also where the first would take it by now: the customer has the message already."""
    provider.will(says(500, error_of(131016)))
    first = CommunicationManager().send(ADA, READY, key="order-42")

    again = CommunicationManager().send(ADA, READY, key="order-42")

    assert told(first) == told(again) == [("whatsapp", "failed"), ("email", "accepted")]
    assert (again.is_repeat, len(provider.received), len(mailbox.mails)) == (True, 1, 1)


@pytest.mark.django_db
def test_perhaps_sent_is_not_sent_again(provider, mailbox):
    """After a time-out the same channel is left alone; the mail that went in its place, too."""
    provider.will(says(504, b""))
    first = CommunicationManager().send(ADA, READY, key="order-42")

    again = CommunicationManager().send(ADA, READY, key="order-42")

    assert told(first) == told(again) == [("whatsapp", "unknown"), ("email", "accepted")]
    assert (len(provider.received), len(mailbox.mails)) == (1, 1)


@pytest.mark.django_db
def test_what_certainly_failed_is_tried_again(provider, mailbox):
    """A task that repeats itself is not held up by its own key; the trail keeps both attempts."""
    provider.will(says(500, error_of(131016)))
    first = CommunicationManager().send(ADA, READY, channels=["whatsapp"], key="order-42")

    again = CommunicationManager().send(ADA, READY, channels=["whatsapp"], key="order-42")

    assert (first.outcome, again.outcome) == ("failed", "accepted")
    assert [row.outcome for row in CommunicationManager().trail("order-42")] == [
        "failed",
        "accepted",
    ]


@pytest.mark.django_db
def test_without_a_key_every_call_sends(provider):
    """Two messages that say the same are two messages."""
    for _ in range(2):
        CommunicationManager().send(ADA, READY)

    assert len(provider.received) == 2


@pytest.mark.django_db(transaction=True)
def test_key_inside_of_a_transaction_is_refused(provider):
    """A rollback would forget that it was sent; the message says the way out."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="on_commit"):
        CommunicationManager().send(ADA, READY, key="order-42")

    assert provider.received == []


@pytest.mark.django_db(transaction=True)
def test_message_without_a_key_is_sent_inside_of_a_transaction(provider):
    """There is nothing to remember; only the row goes with the rollback."""
    with transaction.atomic():
        result = CommunicationManager().send(ADA, READY)
        transaction.set_rollback(True)

    assert result.is_accepted
    assert CommunicationManager().trail(result.key) == []


@pytest.mark.django_db(transaction=True)
def test_without_the_table_a_key_is_not_sent_and_the_others_are(provider, mailbox):
    """Nobody knows whether that key was sent before; all else does not need the database."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(_attempt(), _attempt()._meta.db_table, "elsewhere")
    try:
        keyed = CommunicationManager().send(ADA, READY, key="order-42")
        free = CommunicationManager().send(ADA, READY)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(_attempt(), "elsewhere", _attempt()._meta.db_table)

    assert (keyed.outcome, keyed.cause, keyed.code) == ("failed", "transient", "trail")
    assert free.is_accepted


def _attempt():
    from fireline.communication.models import Attempt as Row

    return Row


def test_app_that_is_not_installed_is_asked_for(settings):
    """The message says what to do."""
    settings.INSTALLED_APPS = [
        name for name in settings.INSTALLED_APPS if name != "fireline.communication"
    ]

    with pytest.raises(ImproperlyConfigured, match="INSTALLED_APPS"):
        CommunicationManager().send(ADA, READY)


@pytest.mark.django_db
def test_channels_of_a_project(provider):
    """A name and four methods; order, keys, limits and trail come with it."""

    class Carrier(Channel):
        name = "pigeon"

        def missing(self) -> str:
            return ""

        def recipient_of(self, contact: Contact) -> str:
            return contact.phone

        def masked(self, recipient: str) -> str:
            return "…"

        def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
            if "heavy" in message.text:
                raise Undelivered(Cause.MESSAGE, "Too heavy.")
            return "feather-1"

    manager = CommunicationManager({"pigeon": Carrier()})

    light = manager.send(ADA, READY, channels=["pigeon"])
    heavy = manager.send(ADA, Message(text="heavy"), channels=["pigeon", "whatsapp"])

    assert (light.outcome, light.message_id) == (Outcome.ACCEPTED, "feather-1")
    assert told(heavy) == [("pigeon", "failed"), ("whatsapp", "accepted")]


def test_of_many_processes_each_key_is_sent_once(provider, tmp_path):
    """Three processes send the same ten messages at the same time: ten arrive, one of each."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.communication.sender_settings",
        "SENDER_DIRECTORY": str(tmp_path),
        "SENDER_URL": provider.url,
    }
    sender = ["-W", "error", "-m", "tests.communication.sender"]
    migrated = loaded.python(*sender, "migrate", env=environment, also=MODULES)
    assert migrated.returncode == 0, migrated.stderr

    outputs = [tmp_path / f"sender-{number}" for number in range(3)]
    processes = [
        loaded.started(*sender, env=environment, output=output, also=MODULES) for output in outputs
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    said = [json.loads(output.read_text()) for output in outputs]

    texts = [received.json["text"]["body"] for received in provider.received]
    assert sorted(texts) == sorted(f"message {number}" for number in range(10))
    for number in range(10):
        results = [each[number] for each in said]
        assert sorted(result["is_repeat"] for result in results) == [False, True, True]
        assert all(result["is_accepted"] or result["is_under_way"] for result in results)
