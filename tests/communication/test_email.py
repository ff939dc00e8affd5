"""E-mail over real SMTP, by both of Django's ways to configure it."""

import time

import pytest

from fireline.communication import Cause, EmailService, Outcome
from tests.communication.conftest import WAYS, mail_by
from tests.communication.mailbox import receiving


def test_mail_arrives_as_text_and_html(way):
    """Both parts, one recipient, and the Message-ID that the result names."""
    with receiving() as mailbox, mail_by(way, mailbox.port):
        result = EmailService().send_email(
            "ada@kunde.example", "Ihre Bestellung · fertig", "Grüße", html="<p>Grüße</p>"
        )

    assert (result.outcome, result.cause) == (Outcome.ACCEPTED, None)
    [mail] = mailbox.mails
    assert mail["Subject"] == "Ihre Bestellung · fertig"
    assert (mail["To"], mail["From"]) == ("ada@kunde.example", "crm@larkfield.example")
    assert mail["Message-ID"].strip() == result.message_id
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["Grüße", "<p>Grüße</p>"]


def test_recipient_is_masked_everywhere(mailbox, log):
    """Neither the result nor the trail knows the whole address, also where the server repeats it."""
    mailbox.rcpt = "550 5.1.1 <>: no such user"

    result = EmailService().send_email("ada.lovelace@kunde.example", "Hello", "secret words")

    assert result.recipient == "a…@kunde.example"
    assert "a…@kunde.example" in result.detail
    [line] = log.lines(logger=".communication")
    assert "lovelace" not in str(line)
    assert "secret words" not in str(line)


@pytest.mark.parametrize(
    ("said", "outcome", "cause", "code"),
    [
        pytest.param({"rcpt": "550 no such user"}, "failed", "recipient", "550", id="no-such-user"),
        pytest.param({"rcpt": "450 busy"}, "failed", "transient", "450", id="mailbox-busy"),
        pytest.param({"mail": "530 log in"}, "failed", "configuration", "530", id="no-login"),
        pytest.param({"mail": "552 too large"}, "failed", "message", "552", id="too-large"),
        pytest.param({"data": "554 spam"}, "failed", "message", "554", id="spam"),
        pytest.param({"data": "451 later"}, "failed", "transient", "451", id="greylisted"),
        pytest.param(
            {"is_hanging_up": True},
            "unknown",
            "transient",
            "SMTPServerDisconnected",
            id="closes-half-way",
        ),
    ],
)
def test_refusals_are_told_apart(mailbox, said, outcome, cause, code):
    """What the server says decides what has to happen next."""
    vars(mailbox).update(said)

    result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert (result.outcome, result.cause, result.code) == (outcome, cause, code)


def test_server_that_is_down(way, closed_port):
    """Nothing was sent, and that is certain."""
    with mail_by(way, closed_port):
        result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.TRANSIENT)
    assert result.code == "ConnectionRefusedError"


def test_server_that_never_answers(mailbox):
    """The caller has its answer in time; whether the mail was taken nobody knows."""
    mailbox.is_silent = True
    began = time.monotonic()

    result = EmailService(timeout=0.5).send_email("ada@kunde.example", "Hello", "There")

    assert time.monotonic() - began < 5
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.TRANSIENT)


def test_server_without_tls_is_not_told_in_clear(way):
    """A server that speaks no TLS where it should gets no mail."""
    with receiving() as mailbox, mail_by(way, mailbox.port, use_tls=True):
        result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("to", "subject", "text", "cause"),
    [
        pytest.param("", "Hello", "There", Cause.RECIPIENT, id="no-address"),
        pytest.param("ada", "Hello", "There", Cause.RECIPIENT, id="no-host"),
        pytest.param("a b@c.example", "Hello", "There", Cause.RECIPIENT, id="space"),
        pytest.param(
            "ada@c.example\nBcc: eve@c.example",
            "Hello",
            "There",
            Cause.RECIPIENT,
            id="header-in-to",
        ),
        pytest.param(
            "ada@c.example,eve@c.example", "Hello", "There", Cause.RECIPIENT, id="two-addresses"
        ),
        pytest.param("ada@c.example", "", "There", Cause.MESSAGE, id="no-subject"),
        pytest.param("ada@c.example", "Hello", " ", Cause.MESSAGE, id="no-text"),
        pytest.param(
            "ada@c.example", "Hi\nBcc: eve@c.example", "There", Cause.MESSAGE, id="header-injection"
        ),
        pytest.param("ada@c.example", "Hi\r\n\r\n<b>", "There", Cause.MESSAGE, id="body-injection"),
        pytest.param("ada@c.example", "Hi\x00", "There", Cause.MESSAGE, id="nul"),
        pytest.param("ada@c.example", "Hi", "\ud800", Cause.MESSAGE, id="half-a-character"),
    ],
)
def test_bad_input_is_refused_before_the_server_is_asked(mailbox, to, subject, text, cause):
    """A typed failure, and no mail."""
    result = EmailService().send_email(to, subject, text)

    assert (result.outcome, result.cause) == (Outcome.FAILED, cause)
    assert mailbox.mails == []


def test_long_mail_arrives_whole(mailbox):
    """70,000 characters are not much for e-mail."""
    text = "ä" * 70_000

    result = EmailService().send_email("ada@kunde.example", "Long", text)

    assert result.outcome is Outcome.ACCEPTED
    assert result.characters == 70_000
    assert mailbox.mails[0].get_content().split() == [text]


def test_mailer_that_does_not_exist(mailbox):
    """What is named and not there is a matter of configuration, on every Django."""
    result = EmailService(mailer="other").send_email("ada@c.example", "Hello", "There")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert "other" in result.detail


if "MAILERS" in WAYS:

    def test_mailer_of_another_name(settings, mailbox):
        """MAILER names one of MAILERS."""
        settings.MAILERS = {"news": settings.MAILERS["default"]}
        settings.FIRELINE = {**settings.FIRELINE, "MAILER": "news"}

        result = EmailService().send_email("ada@c.example", "Hello", "There")

        assert result.is_accepted
        assert len(mailbox.mails) == 1


def test_missing_configuration_is_said(settings, mailbox):
    """Without a sender nothing is tried."""
    settings.DEFAULT_FROM_EMAIL = ""

    result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert result.cause is Cause.CONFIGURATION
    assert "DEFAULT_FROM_EMAIL" in result.detail


def test_backend_that_is_broken_is_no_matter_of_smtp():
    """What the sending code fails of is told apart from what a server says."""
    with mail_by(WAYS[-1], 25, backend="tests.communication.backends.Broken"):
        result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.APPLICATION)
    assert result.code == "ZeroDivisionError"


def test_backend_that_counts_nothing_has_sent_nothing():
    """The backend's own count is believed."""
    with mail_by(WAYS[-1], 25, backend="tests.communication.backends.Idle"):
        result = EmailService().send_email("ada@kunde.example", "Hello", "There")

    assert (result.outcome, result.code) == (Outcome.FAILED, "not_counted")
