"""Slack, PagerDuty and signed webhooks: channels of the same kind, for alerts."""

import time

import pytest

from fireline.communication import (
    Cause,
    CommunicationManager,
    Contact,
    Message,
    Outcome,
    PagerDutyService,
    SlackService,
    WebhookService,
)
from fireline.errors import Severity
from tests.communication.provider import (
    closes_half_way,
    hangs_up,
    is_signed,
    never_answers,
    says,
    trickles,
)

SERVICES = {"slack": SlackService, "pagerduty": PagerDutyService, "webhook": WebhookService}
NOBODY = Contact()
DOWN = Message(subject="The database is down", text="Since 03:12.", dedup_key="database")


@pytest.fixture(params=SERVICES)
def channel(request):
    """Each of them, with little patience."""
    return SERVICES[request.param](timeout=0.5)


def test_slack_gets_plain_text(provider):
    """What an attacker writes into an error calls nobody and hides no link."""
    text = "<!channel> & <https://evil.example|Click>"

    result = SlackService().send(NOBODY, Message(subject="New error", text=text))

    assert result.outcome is Outcome.ACCEPTED
    assert provider.received[0].json == {
        "text": "*New error*\n&lt;!channel&gt; &amp; &lt;https://evil.example|Click&gt;"
    }


def test_slack_gets_the_beginning_of_what_is_too_long(provider):
    """Half an alert is better than none."""
    assert SlackService().send_text("x" * 70_000).is_accepted
    assert len(provider.received[0].json["text"]) == 40_000


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        pytest.param(200, b"no_service", Cause.CONFIGURATION, id="200-with-an-error-inside"),
        pytest.param(
            200, {"ok": False, "error": "x"}, Cause.CONFIGURATION, id="200-with-an-error-in-json"
        ),
        pytest.param(404, b"channel_not_found", Cause.CONFIGURATION, id="no-channel"),
        pytest.param(403, b"invalid_token", Cause.CONFIGURATION, id="revoked"),
        pytest.param(400, b"invalid_payload", Cause.MESSAGE, id="payload"),
        pytest.param(429, b"", Cause.RATE_LIMIT, id="too-many"),
        pytest.param(500, b"", Cause.TRANSIENT, id="broken"),
    ],
)
def test_slacks_refusals_are_sorted(provider, status, body, cause):
    """By what has to happen next."""
    provider.will(says(status, body, Retry_After="30"))

    result = SlackService().send_text("Hello")

    assert (result.outcome, result.cause) == (Outcome.FAILED, cause)
    assert cause is not Cause.RATE_LIMIT or result.retry_after.total_seconds() == 30


def test_incident_is_triggered_acknowledged_and_resolved(provider):
    """Under one key."""
    service = PagerDutyService()

    results = [
        service.trigger("Database down", dedup_key="db", severity=Severity.CRITICAL, data={"n": 1}),
        service.acknowledge("db"),
        service.resolve("db"),
    ]

    assert [result.message_id for result in results] == ["db"] * 3
    events = [received.json for received in provider.received]
    assert [event["event_action"] for event in events] == ["trigger", "acknowledge", "resolve"]
    payload = events[0]["payload"]
    assert (payload["severity"], payload["component"]) == ("critical", "crm")
    assert payload["custom_details"] == {"text": "", "n": 1}
    assert "payload" not in events[2]


def test_key_that_pagerduty_makes_up_is_kept(provider):
    """Who triggers without a key can resolve all the same."""
    assert PagerDutyService().trigger("Disk full").message_id == "made-up"


def test_incident_without_a_key_cannot_be_resolved(provider):
    """It would open nothing and close nothing."""
    result = PagerDutyService().resolve("")

    assert (result.cause, provider.received) == (Cause.MESSAGE, [])


def test_long_summary_is_cut(provider):
    """PagerDuty takes 1,024 characters, and 512 kB of details."""
    message = Message(subject="x" * 70_000, text="y" * 700_000)

    assert PagerDutyService().send(NOBODY, message).is_accepted
    assert len(provider.received[0].json["payload"]["summary"]) == 1024
    assert len(provider.received[0].body) < 512 * 1024


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        pytest.param(
            202, {"status": "invalid event", "message": "no"}, Cause.CONFIGURATION, id="lying"
        ),
        pytest.param(400, {"status": "invalid event"}, Cause.MESSAGE, id="bad-event"),
        pytest.param(429, b"", Cause.RATE_LIMIT, id="too-many"),
        pytest.param(503, b"", Cause.TRANSIENT, id="away"),
    ],
)
def test_pagerdutys_refusals_are_sorted(provider, status, body, cause):
    """Also an error that comes with the status of a success."""
    provider.will(says(status, body))

    result = PagerDutyService().trigger("Down")

    assert (result.outcome, result.cause) == (Outcome.FAILED, cause)


def test_webhook_is_signed(provider):
    """As Standard Webhooks has it: over id, time and body, with a key that both sides know."""
    began = int(time.time())

    result = WebhookService().send(NOBODY, Message(text="Hi", data={"issue": 7}))

    [received] = provider.received
    assert result.is_accepted
    assert is_signed(received)
    assert int(received.headers["webhook-timestamp"]) >= began
    assert received.json["data"] == {"issue": 7}
    assert result.message_id == received.headers["webhook-id"] == result.attempt_id


def test_webhook_with_another_secret_is_refused(provider):
    """The receiver of these tests checks."""
    result = WebhookService(secret="another").send(NOBODY, Message(text="Hi"))

    assert (result.outcome, result.code) == (Outcome.FAILED, "401")


@pytest.mark.django_db
def test_key_of_a_message_is_the_id_of_its_webhook(provider):
    """So a receiver can drop what it has seen; no key ends a header or shifts what is signed."""
    key = "alert-7.new\r\nX-Evil: 1"

    result = CommunicationManager().send(NOBODY, DOWN, channels=["webhook"], key=key)

    assert result.is_accepted
    assert provider.received[0].headers["webhook-id"] == "alert-7_new__X-Evil:_1"
    assert is_signed(provider.received[0])


@pytest.mark.parametrize("behaviour", [never_answers, trickles, hangs_up, closes_half_way])
def test_no_tool_makes_us_wait_or_believe(provider, channel, behaviour):
    """In time, and never taken for sent."""
    provider.will(behaviour)
    began = time.monotonic()

    result = channel.send(NOBODY, DOWN)

    assert time.monotonic() - began < 5
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.TRANSIENT)
    provider.is_over.set()


@pytest.mark.parametrize(
    ("name", "setting"),
    [("slack", "SLACK_URL"), ("pagerduty", "PAGERDUTY_KEY"), ("webhook", "WEBHOOK_SECRET")],
)
def test_missing_configuration_is_named(provider, settings, name, setting):
    """And nothing is sent."""
    settings.FIRELINE = {**settings.FIRELINE, setting: ""}

    result = SERVICES[name]().send(NOBODY, DOWN)

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert setting in result.detail
    assert provider.received == []


def test_secret_address_is_not_in_the_trail(provider, log):
    """The host alone is; the last part of Slack's address is a key."""
    provider.will(says(404, b"no_service at /services/T0/B0/secretsecret"))

    SlackService().send_text("Hello")

    [line] = log.lines(logger=".communication")
    assert line["recipient"] == "127.0.0.1"
    assert "secretsecret" not in str(line)
