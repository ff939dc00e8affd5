"""What became of an attempt to send a message."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """How far a message is known to have come; each word says more than the one before it."""

    UNKNOWN = "unknown"
    """It may have been sent or not: no answer came, or the answer broke off."""
    ACCEPTED = "accepted"
    """The provider has taken it; that is not yet delivered."""
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def below(self) -> list["Outcome"]:
        """The outcomes that this one corrects: what is told of a message arrives in any order."""
        order = list(Outcome)
        return order[: order.index(self)]


class Cause(StrEnum):
    """Why a message was not sent, by what has to happen next."""

    TRANSIENT = "transient"
    """The provider is away for a moment: later it may work."""
    RATE_LIMIT = "rate_limit"
    """Too many at a time: later it will work."""
    RECIPIENT = "recipient"
    """This recipient cannot be reached on this channel."""
    WINDOW = "window"
    """WhatsApp's 24 hours since the customer last wrote are over: only a template may be sent."""
    MESSAGE = "message"
    """The message itself cannot be sent: too long, empty, or with a header inside."""
    CONFIGURATION = "configuration"
    """Somebody has to set something right here: a token, an address, a permission."""
    APPLICATION = "application"
    """The code that sends has failed, not the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """
    What is known of one message on one channel; it never changes, what is told later is a new one.

    `recipient` is masked, and no text of the message is in it: it may be logged and kept.
    """

    channel: str
    outcome: Outcome
    recipient: str = ""
    cause: Cause | None = None
    """Why it failed, or why nothing is known; None where the provider has taken it."""
    code: str = ""
    """What the provider calls it, such as 131047 (Meta), 550 (SMTP) or 503 (HTTP)."""
    detail: str = ""
    """In words, secrets taken out."""
    message_id: str = ""
    """The provider's id of the message."""
    attempt_id: str = ""
    key: str = ""
    correlation_id: str = ""
    retry_after: timedelta | None = None
    took: float = 0.0
    """Seconds."""
    characters: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    is_repeat: bool = False
    """Whether this is what an earlier call with the same key has found; nothing was sent now."""
    is_under_way: bool = False
    """Whether another process is sending this key at this moment."""
    before: tuple["DeliveryResult", ...] = ()
    """What was tried on other channels before, in order."""

    @property
    def is_accepted(self) -> bool:
        """Whether the provider has the message, as far as is known."""
        return self.outcome not in {Outcome.UNKNOWN, Outcome.FAILED}


class Undelivered(Exception):  # noqa: N818 (a fact that channels tell each other, not an error)
    """
    Raised inside of a channel where a message was not, or perhaps not, sent.

    It never reaches a caller of `send`, who gets the DeliveryResult that it becomes.
    """

    def __init__(
        self,
        cause: Cause,
        detail: str,
        *,
        code: object = "",
        is_unknown: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail
        self.code = str(code)
        self.outcome = Outcome.UNKNOWN if is_unknown else Outcome.FAILED
        self.retry_after = None if retry_after is None else timedelta(seconds=retry_after)
