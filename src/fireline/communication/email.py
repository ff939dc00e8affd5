"""E-mail, through Django's mail API: whatever backend the project has chosen."""

import re
from contextlib import suppress
from email.utils import make_msgid
from typing import Any

from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from fireline import conf
from fireline.communication.channel import Attempt, Channel
from fireline.communication.messages import Contact, Message
from fireline.communication.results import Cause, DeliveryResult, Undelivered
from fireline.communication.smtp import undelivered

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class EmailService(Channel):
    """
    Sends e-mail, as text or as text and HTML, to one recipient at a time.

    By Django's `MAILERS` (from 6.1 on; `mailer` names one, else MAILER) or by `EMAIL_*`.
    """

    name = "email"

    def __init__(
        self, *, mailer: str = "", from_email: str = "", timeout: float | None = None
    ) -> None:
        super().__init__(timeout=timeout)
        self._mailer = mailer
        self._from_email = from_email

    def send_email(self, to: str, subject: str, text: str, *, html: str = "") -> DeliveryResult:
        """Send this to one address."""
        return self.send(Contact(email=to), Message(subject=subject, text=text, html=html))

    @property
    def sender(self) -> str:
        """Who it comes from: what this service was given, or DEFAULT_FROM_EMAIL."""
        return self._from_email or django_settings.DEFAULT_FROM_EMAIL

    def missing(self) -> str:
        """Whether there is a mailer and a sender."""
        if not self.sender or _CONTROL.search(self.sender):
            return f"DEFAULT_FROM_EMAIL is {self.sender!r}. Give the address that mails come from."
        try:
            backend = self._backend()
        except (ImproperlyConfigured, ImportError, TypeError, ValueError, Warning) as error:
            return str(error)
        if getattr(backend, "host", "given") == "":
            return "There is no mail server. Set `host` in MAILERS, or EMAIL_HOST."
        return ""

    def recipient_of(self, contact: Contact) -> str:
        """The address, where it is one."""
        if not contact.email:
            raise Undelivered(Cause.RECIPIENT, "This contact has no e-mail address.")
        try:
            validate_email(contact.email)
        except ValidationError as error:
            raise Undelivered(
                Cause.RECIPIENT,
                f"{self.masked(contact.email)} is no e-mail address.",
                code="invalid_address",
            ) from error
        return contact.email

    def masked(self, recipient: str) -> str:
        """The first letter and the host."""
        name, _, host = recipient.rpartition("@")
        return f"{name[:1]}…@{_CONTROL.sub(' ', host)[:80]}"

    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """The Message-ID of the mail that the server has now taken."""
        email, message_id = self._email(recipient, message, attempt)
        backend = self._backend()
        if getattr(backend, "timeout", 0) is None:  # Django's would wait for ever
            backend.timeout = self.timeout
        is_connected = False
        try:
            backend.open()
            is_connected = True
            count = backend.send_messages([email])
        except Exception as error:
            raise undelivered(error, is_connected=is_connected) from error
        finally:
            with suppress(Exception):  # what happens at QUIT changes nothing
                backend.close()
        if count != 1:
            raise Undelivered(
                Cause.APPLICATION,
                f"{type(backend).__name__} says that it has sent {count} messages, not 1.",
                code="not_counted",
            )
        return message_id

    def _email(
        self, recipient: str, message: Message, attempt: Attempt
    ) -> tuple[mail.EmailMultiAlternatives, str]:
        for name in ("subject", "text"):
            if not getattr(message, name).strip():
                raise Undelivered(Cause.MESSAGE, f"An e-mail needs a {name}.", code=f"no_{name}")
        if _CONTROL.search(message.subject):
            raise Undelivered(
                Cause.MESSAGE,
                "The subject has a line break or control character in it: somebody may have tried "
                "to add headers.",
                code="header_injection",
            )
        message_id = make_msgid(attempt.id, domain=_domain_of(self.sender))
        email = mail.EmailMultiAlternatives(
            message.subject,
            message.text,
            self.sender,
            [recipient],
            headers={"Message-ID": message_id},
        )
        if message.html:
            email.attach_alternative(message.html, "text/html")
        try:
            email.message().as_bytes()
        except (ValueError, TypeError, LookupError) as error:
            raise Undelivered(
                Cause.MESSAGE, f"{type(error).__name__}: {error}", code=type(error).__name__
            ) from error
        return email, message_id

    def _backend(self) -> Any:
        alias = self._mailer or conf.current().MAILER
        if hasattr(mail, "mailers"):  # Django 6.1
            return mail.mailers[alias]
        if alias != "default":
            raise ImproperlyConfigured(
                f"There is no mailer {alias!r}: before Django 6.1 there is one only, 'default'."
            )
        return mail.get_connection()


def _domain_of(sender: str) -> str:
    host = sender.rpartition("@")[2].strip("> ")
    return host if re.fullmatch(r"[A-Za-z0-9.-]+", host) else "localhost"
