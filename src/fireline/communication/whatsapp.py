"""
WhatsApp, by Meta's Cloud API.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
"""

import re
from collections import defaultdict
from typing import Any

from fireline import conf
from fireline.communication import answers, guard, phones
from fireline.communication.channel import Attempt, Channel
from fireline.communication.http import Answer, encoded, post
from fireline.communication.messages import Contact, Message, Template
from fireline.communication.rate import Rate
from fireline.communication.results import Cause, DeliveryResult, Undelivered
from fireline.communication.whatsapp_errors import cause_of

LONGEST = 4096
"""Characters of a text message; Meta refuses more."""

_PAUSE = 5.0
"""Seconds without a message after Meta has said that there were too many, where it names no time."""

_OF_ALL = frozenset({4, 80007, 130429})
"""Rate limits that concern every recipient; the others are one recipient's, or last for days."""

_rates: defaultdict[str, Rate] = defaultdict(Rate)
"""One for each sender of this process."""


class WhatsAppService(Channel):
    """
    Sends WhatsApp messages: texts within 24 hours of the customer's last word, templates at any time.

    Token and sender's id are those given, else WHATSAPP_TOKEN and WHATSAPP_PHONE_NUMBER_ID.
    """

    name = "whatsapp"

    def __init__(
        self, *, token: str = "", phone_number_id: str = "", timeout: float | None = None
    ) -> None:
        super().__init__(timeout=timeout)
        self._token = token
        self._phone_number_id = phone_number_id

    def send_text(self, to: str, text: str) -> DeliveryResult:
        """Send a text of up to 4,096 characters."""
        return self.send(Contact(phone=to), Message(text=text))

    def send_template(
        self, to: str, name: str, *, language: str = "en", parameters: tuple[str, ...] = ()
    ) -> DeliveryResult:
        """Send a template that Meta has approved."""
        template = Template(name=name, language=language, parameters=parameters)
        return self.send(Contact(phone=to), Message(template=template))

    @property
    def token(self) -> str:
        """The access token."""
        return self._token or conf.current().WHATSAPP_TOKEN

    @property
    def phone_number_id(self) -> str:
        """The sender's id."""
        return self._phone_number_id or conf.current().WHATSAPP_PHONE_NUMBER_ID

    def missing(self) -> str:
        """Whether token, sender's id and address can be right."""
        if not self.token:
            return "WHATSAPP_TOKEN is missing."
        if not re.fullmatch(r"[\x21-\x7e]+", self.token):
            return "WHATSAPP_TOKEN has a space, line break or letter in it that no token has."
        if not re.fullmatch(r"[0-9]{5,20}", self.phone_number_id):
            return "WHATSAPP_PHONE_NUMBER_ID is not Meta's id of the sender's number, which is digits alone."
        if wrong := guard.refused(conf.current().WHATSAPP_URL):
            return f"WHATSAPP_URL cannot be used: {wrong}."
        return ""

    def recipient_of(self, contact: Contact) -> str:
        """The number, with its country."""
        if not contact.phone:
            raise Undelivered(Cause.RECIPIENT, "This contact has no phone number.")
        return phones.international(contact.phone)

    def masked(self, recipient: str) -> str:
        """Country and last digits."""
        return phones.masked(recipient)

    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """The id that Meta has given the message; its status is told to the webhook later."""
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": recipient.lstrip("+"),
            # Comes back with each status: so a message is known whose answer never arrived.
            "biz_opaque_callback_data": attempt.id,
            **_content(message),
        }
        settings = conf.current()
        rate = _rates[self.phone_number_id]
        rate.wait(max(settings.WHATSAPP_RATE, 0.001))
        answer = post(
            f"{settings.WHATSAPP_URL.rstrip('/')}/{self.phone_number_id}/messages",
            encoded(body),
            timeout=self.timeout,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        if "error" in answer.json or answer.status >= 300:
            raise self._refused(answer, rate)
        match answer.json.get("messages"):
            case [{"id": str(message_id)}] if message_id:
                return message_id
        raise Undelivered(
            Cause.TRANSIENT,
            f"{answer.status}, but no id of a message: {answer.text[:100]}",
            code=answer.status,
            is_unknown=True,
        )

    def _refused(self, answer: Answer, rate: Rate) -> Undelivered:
        said = answer.json.get("error")
        if not isinstance(said, dict):
            return answers.undelivered(answer)
        code = _number(said.get("code"))
        cause = cause_of(code, is_transient=said.get("is_transient") is True)
        retry_after = answer.retry_after
        if code in _OF_ALL or answer.status == 429:
            cause = Cause.RATE_LIMIT
            retry_after = retry_after or _PAUSE
            rate.close(retry_after)
        data = said.get("error_data")
        details = data.get("details") if isinstance(data, dict) else None
        detail = ": ".join(str(each) for each in (said.get("message"), details) if each)
        return Undelivered(cause, detail, code=code, retry_after=retry_after)


def _content(message: Message) -> dict[str, Any]:
    if message.template is not None:
        return {"type": "template", "template": _template(message.template)}
    if not message.text.strip():
        raise Undelivered(Cause.MESSAGE, "WhatsApp needs a text, or a template.", code="no_text")
    if len(message.text) > LONGEST:
        raise Undelivered(
            Cause.MESSAGE,
            f"The text has {len(message.text):,} characters; WhatsApp takes {LONGEST:,}.",
            code="too_long",
        )
    return {"type": "text", "text": {"body": message.text, "preview_url": False}}


def _template(template: Template) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z0-9_]{1,512}", template.name):
        raise Undelivered(
            Cause.MESSAGE,
            "A template's name has small letters, digits and _ alone.",
            code="template_name",
        )
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", template.language):
        raise Undelivered(
            Cause.MESSAGE,
            "A template's language is written as en or pt_BR.",
            code="template_language",
        )
    made: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if template.parameters:
        texts = [{"type": "text", "text": text} for text in template.parameters]
        made["components"] = [{"type": "body", "parameters": texts}]
    return made


def _number(code: object) -> int:
    return code if isinstance(code, int) else -1
