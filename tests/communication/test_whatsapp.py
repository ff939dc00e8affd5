"""WhatsApp, by a server that speaks as the Cloud API does, and as it should not."""

import time

import pytest

from fireline import scope
from fireline.communication import Cause, Outcome, WhatsAppService
from tests.communication.provider import (
    closes_half_way,
    error_of,
    hangs_up,
    never_answers,
    says,
    trickles,
)

ADA = "+49 30 23125 014"


def test_text_is_accepted(provider):
    """The number is written as Meta wants it, and the id of the message comes back."""
    result = WhatsAppService().send_text(ADA, "Your order is ready.")

    assert (result.outcome, result.message_id) == (Outcome.ACCEPTED, "wamid.1")
    [received] = provider.received
    assert received.path == "/v26.0/106540352242922/messages"
    assert received.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "493023125014",
        "biz_opaque_callback_data": result.attempt_id,
        "type": "text",
        "text": {"body": "Your order is ready.", "preview_url": False},
    }


def test_template_bears_its_parameters(provider):
    """A template may be sent at any time."""
    result = WhatsAppService().send_template(
        ADA, "order_ready", language="pt_BR", parameters=("Ada", "42")
    )

    assert result.is_accepted
    assert provider.received[0].json["template"] == {
        "name": "order_ready",
        "language": {"code": "pt_BR"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "Ada"}, {"type": "text", "text": "42"}],
            }
        ],
    }


def test_correlation_id_goes_with_it(provider):
    """Whoever looks for the request finds the message."""
    scope.enter(scope.Scope("order-4711"))

    result = WhatsAppService().send_text(ADA, "Hello")

    assert result.correlation_id == "order-4711"
    assert provider.received[0].headers["x-correlation-id"] == "order-4711"


def test_each_result_is_logged_with_its_figures_but_not_its_text(provider, log):
    """Channel, outcome, id, milliseconds and characters; no text, no whole number, no token."""
    result = WhatsAppService().send_text(ADA, "the secret of your order")

    [line] = log.lines(logger=".communication")
    assert line["took_ms"] > 0
    assert {
        "level": "INFO",
        "logger": "crm.communication",
        "channel": "whatsapp",
        "outcome": "accepted",
        "recipient": "+49…14",
        "characters": 24,
        "message_id": "wamid.1",
        "attempt_id": result.attempt_id,
    }.items() <= line.items()
    assert not any(word in str(line) for word in ("secret", "23125", "EAAtoken"))


@pytest.mark.parametrize(
    ("code", "status", "cause"),
    [
        pytest.param(131047, 400, Cause.WINDOW, id="24-hours-are-over"),
        pytest.param(131026, 400, Cause.RECIPIENT, id="not-on-whatsapp"),
        pytest.param(131050, 400, Cause.RECIPIENT, id="has-stopped-marketing"),
        pytest.param(131056, 400, Cause.RATE_LIMIT, id="too-many-to-this-one"),
        pytest.param(130429, 429, Cause.RATE_LIMIT, id="too-many-a-second"),
        pytest.param(80007, 400, Cause.RATE_LIMIT, id="too-many-of-this-account"),
        pytest.param(131016, 500, Cause.TRANSIENT, id="overloaded"),
        pytest.param(131000, 500, Cause.TRANSIENT, id="something-went-wrong"),
        pytest.param(190, 401, Cause.CONFIGURATION, id="token-expired"),
        pytest.param(10, 403, Cause.CONFIGURATION, id="permission"),
        pytest.param(299, 403, Cause.CONFIGURATION, id="permission-by-range"),
        pytest.param(132001, 404, Cause.MESSAGE, id="no-such-template"),
        pytest.param(100, 400, Cause.MESSAGE, id="parameter"),
        pytest.param(999999, 400, Cause.CONFIGURATION, id="unknown-code"),
        pytest.param(131026, 200, Cause.RECIPIENT, id="error-inside-a-200"),
    ],
)
def test_codes_of_meta_are_sorted(provider, code, status, cause):
    """By what has to happen next; also an error that comes with 200."""
    provider.will(says(status, error_of(code)))

    result = WhatsAppService().send_text(ADA, "Hello")

    assert (result.outcome, result.cause, result.code) == (Outcome.FAILED, cause, str(code))
    assert "Read the manual." in result.detail


def test_of_an_unknown_code_meta_says_itself_whether_it_passes(provider):
    """`is_transient` decides where our table does not."""
    provider.will(says(500, error_of(999999, is_transient=True)))

    assert WhatsAppService().send_text(ADA, "Hello").cause is Cause.TRANSIENT


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        pytest.param(hangs_up, "ConnectionError", id="hangs-up"),
        pytest.param(closes_half_way, "ProtocolError", id="closes-half-way"),
        pytest.param(says(200, b"<html>Welcome</html>"), "200", id="200-of-a-stranger"),
        pytest.param(says(200, {"messages": []}), "200", id="200-without-id"),
        pytest.param(says(200, {"messages": "yes"}), "200", id="200-of-another-form"),
        pytest.param(says(200, b"[" * 50_000), "200", id="200-too-deep"),
        pytest.param(says(502, b"Bad Gateway"), "502", id="gateway"),
        pytest.param(says(504, b""), "504", id="gateway-time-out"),
    ],
)
def test_whether_it_was_sent_may_be_unknown(provider, behaviour, code):
    """Where no whole answer came, the message may be on its way: neither sent nor failed."""
    provider.will(behaviour)

    result = WhatsAppService().send_text(ADA, "Hello")

    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.TRANSIENT)
    assert result.code == code


@pytest.mark.parametrize("behaviour", [never_answers, trickles])
def test_no_provider_makes_us_wait(provider, behaviour):
    """Not by silence, and not byte by byte, where no time-out of a socket would ever strike."""
    provider.will(behaviour)
    began = time.monotonic()

    result = WhatsAppService(timeout=0.5).send_text(ADA, "Hello")

    assert time.monotonic() - began < 5
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.TRANSIENT)
    provider.is_over.set()


def test_provider_that_is_down(provider, settings, closed_port):
    """Nothing was sent, and that is certain."""
    settings.FIRELINE = {**settings.FIRELINE, "WHATSAPP_URL": f"http://127.0.0.1:{closed_port}"}

    result = WhatsAppService().send_text(ADA, "Hello")

    assert (result.outcome, result.code) == (Outcome.FAILED, "not_connected")


def test_redirect_is_not_followed(provider):
    """The token stays with whom it is for."""
    provider.will(says(307, b"", Location=f"{provider.url}/elsewhere"))

    result = WhatsAppService().send_text(ADA, "Hello")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert len(provider.received) == 1


@pytest.mark.parametrize(
    ("number", "region", "cause"),
    [
        pytest.param("", "", "recipient", id="none"),
        pytest.param("call me", "", "recipient", id="words"),
        pytest.param("030 23125014", "", "recipient", id="without-country"),
        pytest.param("+49 30", "", "recipient", id="too-short"),
        pytest.param("+1 555 555 0123", "", "recipient", id="in-no-plan"),
        pytest.param("+" + "9" * 70_000, "", "recipient", id="70,000-digits"),
        pytest.param("030 23125014", "DE", None, id="of-our-region"),
        pytest.param("+49-(0)30/23125-014", "", None, id="as-people-write"),
    ],
)
def test_numbers_are_checked(provider, settings, number, region, cause):
    """By the numbering plans of all countries, before anything is sent."""
    settings.FIRELINE = {**settings.FIRELINE, "PHONE_REGION": region}

    result = WhatsAppService().send_text(number, "Hello")

    assert result.cause == cause
    assert [received.json["to"] for received in provider.received] == (
        [] if cause else ["493023125014"]
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "no_text", id="empty"),
        pytest.param("x" * 4096, "", id="longest"),
        pytest.param("x" * 4097, "too_long", id="one-too-many"),
        pytest.param("x" * 70_000, "too_long", id="70,000"),
        pytest.param("\ud800", "no_json", id="half-a-character"),
    ],
)
def test_texts_are_checked(provider, text, code):
    """Nothing that Meta would refuse is sent."""
    result = WhatsAppService().send_text(ADA, text)

    assert result.code == code
    assert len(provider.received) == (0 if code else 1)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param("Order Ready!", "en", id="name"),
        pytest.param("order", "english", id="language"),
    ],
)
def test_templates_are_checked(provider, name, language):
    """Names and languages as Meta writes them."""
    result = WhatsAppService().send_template(ADA, name, language=language)

    assert (result.cause, provider.received) == (Cause.MESSAGE, [])


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        pytest.param("WHATSAPP_TOKEN", "", "WHATSAPP_TOKEN", id="no-token"),
        pytest.param("WHATSAPP_TOKEN", "a\r\nX: y", "WHATSAPP_TOKEN", id="header-in-token"),
        pytest.param("WHATSAPP_PHONE_NUMBER_ID", "", "PHONE_NUMBER_ID", id="no-id"),
        pytest.param("WHATSAPP_PHONE_NUMBER_ID", "../me", "PHONE_NUMBER_ID", id="path-in-id"),
        pytest.param("WHATSAPP_URL", "", "no http", id="no-url"),
        pytest.param("WHATSAPP_URL", "ftp://a.example", "no http", id="ftp"),
        pytest.param("WHATSAPP_URL", "http://graph.example", "not https", id="in-clear"),
        pytest.param("WHATSAPP_URL", "https://[::1", "WHATSAPP_URL", id="half-an-address"),
    ],
)
def test_configuration_is_checked(provider, settings, setting, value, said):
    """A typed failure that names the setting, and no request."""
    settings.FIRELINE = {**settings.FIRELINE, setting: value}

    result = WhatsAppService().send_text(ADA, "Hello")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert said in result.detail
    assert provider.received == []


def test_who_was_told_to_wait_waits(provider):
    """After "too many" nothing is sent until the time that was named; nobody has to ask."""
    provider.will(says(429, error_of(130429), Retry_After="60"))
    WhatsAppService().send_text(ADA, "one")

    result = WhatsAppService().send_text(ADA, "two")

    assert (result.outcome, result.cause, result.code) == ("failed", "rate_limit", "local")
    assert 50 < result.retry_after.total_seconds() <= 60
    assert len(provider.received) == 1


def test_too_many_to_one_recipient_do_not_stop_the_others(provider):
    """131056 is about a pair of numbers."""
    provider.will(says(400, error_of(131056)))
    WhatsAppService().send_text(ADA, "one")

    assert WhatsAppService().send_text("+44 20 7946 0118", "two").is_accepted


def test_more_than_our_rate_is_refused_here(provider, settings):
    """Who has a turn soon waits for it; who would wait too long goes by another channel."""
    settings.FIRELINE = {**settings.FIRELINE, "WHATSAPP_RATE": 0.05}

    results = [WhatsAppService().send_text(ADA, "Hello") for _ in range(3)]

    assert [result.code for result in results] == ["", "local", "local"]
    assert len(provider.received) == 1
