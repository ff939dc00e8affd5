"""
Signed webhooks, as Standard Webhooks has them: https://www.standardwebhooks.com/

So that whoever receives them checks the signature with a library of that name, in any language.
"""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from time import time

from fireline import conf
from fireline.communication import answers, guard
from fireline.communication.channel import Attempt, Channel
from fireline.communication.http import encoded, post
from fireline.communication.messages import Contact, Message


class WebhookService(Channel):
    """
    Posts messages as JSON, signed with HMAC-SHA256 over id, time and body.

    To the given address with the given secret, or WEBHOOK_URL and WEBHOOK_SECRET. `webhook-id` is
    the key of the message: a receiver that has seen it already drops it.
    """

    name = "webhook"

    def __init__(self, *, url: str = "", secret: str = "", timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        self._url = url
        self._secret = secret

    @property
    def url(self) -> str:
        """The address."""
        return self._url or conf.current().WEBHOOK_URL

    @property
    def secret(self) -> str:
        """What both sides know."""
        return self._secret or conf.current().WEBHOOK_SECRET

    def missing(self) -> str:
        """Whether there are an address that can be asked, and a secret."""
        if not self.url:
            return "WEBHOOK_URL is missing."
        if wrong := guard.refused(self.url):
            return f"WEBHOOK_URL cannot be used: {wrong}."
        if not self.secret:
            return "WEBHOOK_SECRET is missing: nobody could tell our messages from forged ones."
        return "" if _key(self.secret) else "WEBHOOK_SECRET has no base64 behind whsec_."

    def recipient_of(self, contact: Contact) -> str:
        """Always the same."""
        return self.url

    def masked(self, recipient: str) -> str:
        """The host: a path or query may be secret."""
        return guard.host_of(recipient)

    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """The id that the receiver was given."""
        # A key of somebody's own making must not end the header, nor, by a dot, shift what is signed.
        webhook_id = re.sub(r"[^A-Za-z0-9_:/-]", "_", attempt.key or attempt.id)
        body = encoded(
            {
                "type": f"message.{message.action.value}",
                "subject": message.subject,
                "text": message.text,
                "severity": message.severity.value,
                "dedup_key": message.dedup_key,
                "data": dict(message.data),
                "service": conf.current().service,
            }
        )
        answer = post(
            recipient,
            body,
            timeout=self.timeout,
            headers=signed_headers(self.secret, webhook_id, body),
            is_guarded=True,
        )
        if not 200 <= answer.status < 300:
            raise answers.undelivered(answer)
        return webhook_id


def signed_headers(secret: str, webhook_id: str, body: bytes) -> dict[str, str]:
    """Id, time and signature of this body."""
    timestamp = str(int(time()))
    content = b".".join((webhook_id.encode(), timestamp.encode(), body))
    digest = hmac.digest(_key(secret), content, "sha256")
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return b""
