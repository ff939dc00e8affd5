"""One way to reach somebody: what all channels have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from uuid import uuid4

from fireline import conf
from fireline.communication import audit
from fireline.communication.limited import TooManyError, within
from fireline.communication.messages import Contact, Message
from fireline.communication.results import Cause, DeliveryResult, Outcome, Undelivered
from fireline.scope import current
from fireline.scrub import shown

NOWHERE = Contact()
"""For channels that know their destination themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What an attempt is called: by us, and by whoever asked for it."""

    id: str
    key: str = ""


class Channel(ABC):
    """
    A way to reach somebody. Subclass it for one of your own: a name, and the four methods.

    `send` never raises for what recipients, providers or the configuration do: it returns a
    DeliveryResult, in time, and leaves a log record and a signal behind.
    """

    name: str

    def __init__(self, *, timeout: float | None = None) -> None:
        self._timeout = timeout

    @property
    def timeout(self) -> float:
        """Seconds that an attempt may take: what this channel was given, or MESSAGE_TIMEOUT."""
        return self._timeout or conf.current().MESSAGE_TIMEOUT

    @abstractmethod
    def missing(self) -> str:
        """What is missing or wrong in its configuration, in words; looked at without network."""

    @abstractmethod
    def recipient_of(self, contact: Contact) -> str:
        """The checked address of this contact here; raises Undelivered where there is none."""

    @abstractmethod
    def masked(self, recipient: str) -> str:
        """As much of the address as a log may know."""

    @abstractmethod
    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """The provider's id of the message that it has now accepted; raises Undelivered where not."""

    def send(
        self, contact: Contact, message: Message, *, attempt: Attempt | None = None
    ) -> DeliveryResult:
        """What became of one attempt, within the time limit."""
        attempt = attempt or Attempt(id=uuid4().hex)
        began = perf_counter()
        recipient = message_id = ""
        is_sending = False
        error: Undelivered | None = None
        try:
            if missing := self.missing():
                raise Undelivered(Cause.CONFIGURATION, missing)
            recipient = self.recipient_of(contact)
            is_sending = True
            message_id = within(self.timeout, partial(self.deliver, recipient, message, attempt))
        except Exception as raised:
            error = self._undelivered(raised, is_sending=is_sending)
        scope = current()
        masked = self.masked(recipient) if recipient else ""
        result = DeliveryResult(
            channel=self.name,
            outcome=error.outcome if error else Outcome.ACCEPTED,
            recipient=masked,
            cause=error.cause if error else None,
            code=shown(error.code, 40) if error else "",
            detail=_without(recipient, masked, shown(error.detail, 300)) if error else "",
            message_id=message_id,
            attempt_id=attempt.id,
            key=attempt.key,
            correlation_id=scope.correlation_id if scope else "",
            retry_after=error.retry_after if error else None,
            took=perf_counter() - began,
            characters=len(message.text),
        )
        audit.note(result)
        return result

    def _undelivered(self, error: Exception, *, is_sending: bool) -> Undelivered:
        if isinstance(error, Undelivered):
            return error
        if isinstance(error, TooManyError):
            return Undelivered(Cause.TRANSIENT, str(error))
        if isinstance(error, TimeoutError):
            return Undelivered(
                Cause.TRANSIENT, f"No answer within {self.timeout:g} s", is_unknown=True
            )
        # While sending, it may have come after the provider has taken the message.
        name = type(error).__name__
        return Undelivered(Cause.APPLICATION, f"{name}: {error}", code=name, is_unknown=is_sending)


def _without(recipient: str, masked: str, detail: str) -> str:
    """What a provider says often repeats the address, of which not even the path may be known."""
    path = "".join(recipient.partition("://")[2].partition("/")[1:])
    for written in (recipient, recipient.lstrip("+"), path):
        detail = detail.replace(written, masked) if len(written) > 1 else detail
    return detail
