"""What Meta tells later: signed, in any order, and only forward."""

import hmac
import json

import pytest

from fireline.communication import CommunicationManager, Contact, Message, Outcome
from tests.communication.conftest import APP_SECRET
from tests.communication.provider import error_of, never_answers, says

URL = "/webhooks/whatsapp/"
ADA = Contact(email="ada@kunde.example", phone="+49 30 23125 014")
READY = Message(subject="Ready", text="Your order is ready.")

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.communication.urls")]


def tell(client, *statuses, secret=APP_SECRET, **headers):
    """What Meta posts of these statuses."""
    value = {"messaging_product": "whatsapp", "statuses": list(statuses)}
    changes = [{"value": value, "field": "messages"}]
    told = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return post(client, json.dumps(told).encode(), secret=secret, **headers)


def post(client, body, secret=APP_SECRET, **headers):
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", **headers}
    return client.post(URL, body, content_type="application/json", headers=headers)


def status_of(result, status, **more):
    return {
        "id": "wamid.1",
        "status": status,
        "timestamp": "1750857384",
        "recipient_id": "493023125014",
        "biz_opaque_callback_data": result.attempt_id,
        **more,
    }


def outcomes(key):
    return [(row.channel, row.outcome.value) for row in CommunicationManager().trail(key)]


def test_message_is_followed_to_its_reader(client, provider, attempted, log):
    """Accepted, sent, delivered, read: each is told once, logged, and stands in the trail."""
    result = CommunicationManager().send(ADA, READY, key="order-42")

    for status in ("sent", "delivered", "read"):
        assert tell(client, status_of(result, status)).status_code == 200

    assert outcomes("order-42") == [("whatsapp", "read")]
    wanted = ["accepted", "sent", "delivered", "read"]
    assert [each.outcome for each in attempted] == wanted
    assert [line["outcome"] for line in log.lines(logger=".communication")] == wanted


def test_time_out_is_unknown_until_meta_says_what_became_of_it(client, provider, mailbox, settings):
    """No answer ever came, and with it no id: our own id, which Meta repeats, finds the message."""
    settings.FIRELINE = {**settings.FIRELINE, "MESSAGE_TIMEOUT": 1.5}
    provider.will(never_answers)
    result = CommunicationManager().send(ADA, READY, key="order-42")
    before = outcomes("order-42")
    provider.is_over.set()

    tell(client, status_of(result.before[0], "delivered", id="wamid.late"))

    assert before == [("whatsapp", "unknown"), ("email", "accepted")]
    assert outcomes("order-42") == [("whatsapp", "delivered"), ("email", "accepted")]
    assert CommunicationManager().trail("order-42")[0].message_id == "wamid.late"


def test_refusal_may_come_later(client, provider, attempted):
    """Meta accepts a text first and refuses it then: the 24 hours are over. The project hears of it."""
    result = CommunicationManager().send(ADA, READY, key="order-42")
    refused = error_of(131047)["error"] | {"title": "Re-engagement message"}

    tell(client, status_of(result, "failed", errors=[refused]))

    told = attempted[-1]
    assert (told.outcome, told.cause, told.code) == (Outcome.FAILED, "window", "131047")
    assert "Re-engagement" in told.detail


def test_what_was_refused_later_is_not_sent_there_again(client, provider, mailbox):
    """The key was sent by this channel once; asked again, the manager takes the next."""
    result = CommunicationManager().send(ADA, READY, key="order-42")
    tell(client, status_of(result, "failed", errors=[error_of(131026)["error"]]))

    CommunicationManager().send(ADA, READY, key="order-42")

    assert outcomes("order-42") == [("whatsapp", "failed"), ("email", "accepted")]
    assert len(provider.received) == 1


def test_statuses_in_any_order_and_twice(client, provider, attempted):
    """The farthest counts; what is no news is not told again."""
    result = CommunicationManager().send(ADA, READY, key="order-42")

    for status in ("read", "sent", "delivered", "read", "failed"):
        tell(client, status_of(result, status))

    assert outcomes("order-42") == [("whatsapp", "read")]
    assert [each.outcome for each in attempted] == ["accepted", "read"]


def test_id_of_meta_is_enough(client, provider):
    """Where our own id is missing, theirs finds the message."""
    result = CommunicationManager().send(ADA, READY, key="order-42")
    status = status_of(result, "delivered")
    del status["biz_opaque_callback_data"]

    tell(client, status)

    assert outcomes("order-42") == [("whatsapp", "delivered")]


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        pytest.param("another secret", {}, id="of-somebody-else"),
        pytest.param(APP_SECRET, {"X-Hub-Signature-256": ""}, id="none"),
        pytest.param(APP_SECRET, {"X-Hub-Signature-256": "sha1=abc"}, id="of-another-kind"),
        pytest.param(APP_SECRET, {"X-Hub-Signature-256": "sha256=ä"}, id="not-ascii"),
    ],
)
def test_who_has_no_signature_changes_nothing(client, provider, log, secret, headers):
    """403, and a line in the security log."""
    result = CommunicationManager().send(ADA, READY, key="order-42")

    response = tell(client, status_of(result, "read"), secret=secret, **headers)

    assert response.status_code == 403
    assert outcomes("order-42") == [("whatsapp", "accepted")]
    assert [line["security_event"] for line in log.security] == ["permission_denied"]


def test_without_an_app_secret_nobody_is_believed(client, provider, settings):
    """An empty secret is not a secret that everybody knows."""
    settings.FIRELINE = {**settings.FIRELINE, "WHATSAPP_APP_SECRET": ""}

    assert post(client, b"{}", secret="").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="no-json"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b'{"entry": 7}', id="entry-of-another-form"),
        pytest.param(b'{"entry": [{"changes": [null, {"value": 1}]}]}', id="nulls"),
        pytest.param(
            b'{"entry": [{"changes": [{"value": {"statuses": [1, {"status": "held"}]}}]}]}',
            id="unknown-status",
        ),
        pytest.param(b"[" * 100_000, id="too-deep"),
    ],
)
def test_what_is_signed_and_not_understood_is_taken(client, provider, body):
    """Or Meta would repeat it for days."""
    assert post(client, body).status_code == 200


def test_message_of_another_service_is_passed_over(client, provider, attempted):
    """Two services may share one number."""
    status = {"id": "wamid.of.another", "status": "read", "biz_opaque_callback_data": "x" * 500}

    assert tell(client, status).status_code == 200
    assert attempted == []


@pytest.mark.parametrize(
    ("token", "mode", "status", "body"),
    [
        pytest.param("a word", "subscribe", 200, b"1158201444", id="ours"),
        pytest.param("another", "subscribe", 403, None, id="another-word"),
        pytest.param("", "subscribe", 403, None, id="none"),
        pytest.param("a word", "unsubscribe", 403, None, id="another-mode"),
    ],
)
def test_challenge_of_verification(client, provider, token, mode, status, body):
    """Meta asks once whether this address is ours: the word is compared, the challenge given back."""
    asked = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "1158201444"}

    response = client.get(URL, asked)

    assert response.status_code == status
    assert body is None or (response.content, response["Content-Type"]) == (body, "text/plain")


def test_other_methods_are_none_of_meta(client):
    """405."""
    assert client.put(URL).status_code == 405


def test_status_without_a_send_is_harmless(client, provider):
    """A service used alone keeps no trail."""
    provider.will(says(200, {"messages": [{"id": "wamid.9"}]}))

    assert tell(client, {"id": "wamid.9", "status": "sent"}).status_code == 200
