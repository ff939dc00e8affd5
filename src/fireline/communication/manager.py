"""One message, by whichever channel reaches somebody: in order, and never twice by the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import Error as DatabaseError

from fireline import conf
from fireline.communication import audit, store
from fireline.communication.channel import Attempt, Channel
from fireline.communication.email import EmailService
from fireline.communication.messages import Contact, Message
from fireline.communication.pagerduty import PagerDutyService
from fireline.communication.results import Cause, DeliveryResult, Outcome, Undelivered
from fireline.communication.slack import SlackService
from fireline.communication.webhook import WebhookService
from fireline.communication.whatsapp import WhatsAppService
from fireline.errors import complain, guarded
from fireline.scope import current

_GRACE = 5.0
"""Seconds that another process is given, over its time limit, to write down how it ended."""

KEY_AT_MOST = 200


class CommunicationManager:
    """
    Sends a message by the first channel that takes it, and keeps the trail.

    Without `channels` it has those of Fireline, configured by the settings; a project gives more,
    or other ones, by name.
    """

    def __init__(self, channels: Mapping[str, Channel] | None = None) -> None:
        own: list[Channel] = [
            EmailService(),
            WhatsAppService(),
            SlackService(),
            PagerDutyService(),
            WebhookService(),
        ]
        self.channels = {channel.name: channel for channel in own} | dict(channels or {})

    def send(
        self,
        contact: Contact,
        message: Message,
        *,
        channels: Sequence[str] = (),
        key: str = "",
    ) -> DeliveryResult:
        """
        What became of the message on the channel that took it, else on the last that was tried.

        The channels are tried in order (where none is given, that of MESSAGE_CHANNELS): the next
        one after a failure, and after a time-out, too. With a key (`"order-42-shipped"`) each
        channel sends at most once, however often and in however many processes this is called, and
        none once one of them has taken it; what has certainly not been sent is tried again.

        Raises RuntimeError where a key is sent inside of a transaction.
        """
        if len(key) > KEY_AT_MOST:
            raise ValueError(f"The key has {len(key)} characters. Give it {KEY_AT_MOST} at most.")
        order = tuple(channels or conf.current().MESSAGE_CHANNELS)
        if key and (known := guarded(store.taken, key, order)) is not None:
            return known
        tried: list[DeliveryResult] = []
        for name in order:
            result = self._try(name, contact, message, key)
            if result.is_accepted or result.is_under_way:
                return replace(result, before=tuple(tried))
            tried.append(result)
        if not tried:
            raise ValueError("There is no channel to send on. Name some in MESSAGE_CHANNELS.")
        return replace(tried[-1], before=tuple(tried[:-1]))

    def trail(self, *keys: str) -> list[DeliveryResult]:
        """Every attempt with these keys, in order: whether the customer got it, and how."""
        return store.trail(keys)

    def accepted_since(self, at: datetime) -> dict[str, int]:
        """How many messages each channel has taken since then, without those that failed later."""
        return store.accepted_since(at)

    def _try(self, name: str, contact: Contact, message: Message, key: str) -> DeliveryResult:
        channel = self.channels.get(name)
        attempt = Attempt(id=uuid4().hex, key=key or uuid4().hex)
        limit = (channel.timeout if channel else 0.0) + _GRACE
        try:
            known = store.claim(attempt.id, attempt.key, name[:40], limit, durable=bool(key))
        except DatabaseError as error:
            complain("communication: the trail cannot be written", error)
            if key:  # without the database nobody knows whether it was sent before
                reason = Undelivered(Cause.TRANSIENT, "The trail cannot be written.", code="trail")
                return _refused(name, attempt, reason)
        else:
            if known is not None:
                return known
        result = (
            channel.send(contact, message, attempt=attempt)
            if channel is not None
            else _refused(name, attempt, self._unknown(name))
        )
        try:
            store.settle(result)
        except DatabaseError as error:  # the row still says unknown, which is true enough
            complain("communication: the trail cannot be written", error)
        return result

    def _unknown(self, name: str) -> Undelivered:
        known = ", ".join(self.channels)
        return Undelivered(
            Cause.CONFIGURATION,
            f"There is no channel {name!r}. There are {known}.",
            code="unknown_channel",
        )


def _refused(name: str, attempt: Attempt, reason: Undelivered) -> DeliveryResult:
    """What is refused before a channel has tried it leaves its record, too."""
    scope = current()
    result = DeliveryResult(
        channel=name[:40],
        outcome=Outcome.FAILED,
        cause=reason.cause,
        code=reason.code,
        detail=reason.detail,
        attempt_id=attempt.id,
        key=attempt.key,
        correlation_id=scope.correlation_id if scope else "",
    )
    audit.note(result)
    return result
