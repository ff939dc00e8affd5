"""The audit trail: one log record for each attempt, and a signal."""

import logging
from functools import lru_cache
from typing import Any

from fireline import conf
from fireline.communication.results import DeliveryResult, Outcome
from fireline.errors import guarded
from fireline.errors.pipeline import announce
from fireline.scrub import scrubbed
from fireline.signals import message_attempted, message_settled

_WORDS = {
    Outcome.UNKNOWN: "perhaps sent",
    Outcome.ACCEPTED: "accepted",
    Outcome.SENT: "sent",
    Outcome.FAILED: "not sent",
    Outcome.DELIVERED: "delivered",
    Outcome.READ: "read",
}


def note(result: DeliveryResult) -> None:
    """Log the attempt and announce it; never raises."""
    guarded(_log, result)
    announce(message_attempted, result=result)


def note_later(result: DeliveryResult) -> None:
    """The same for what a provider tells later."""
    guarded(_log, result)
    announce(message_settled, result=result)


def fields_of(result: DeliveryResult) -> dict[str, Any]:
    """The fields of the log line; the text of the message is not among them."""
    fields = {
        "channel": result.channel,
        "outcome": result.outcome.value,
        "recipient": result.recipient,
        "cause": result.cause and result.cause.value,
        "provider_code": result.code,
        "detail": result.detail,
        "message_id": result.message_id,
        "attempt_id": result.attempt_id,
        "message_key": result.key,
        "retry_after": result.retry_after and result.retry_after.total_seconds(),
        "took_ms": round(result.took * 1000, 1),
        "characters": result.characters,
    }
    clean: dict[str, Any] = scrubbed(
        {name: value for name, value in fields.items() if value not in {None, ""}}
    )
    return clean


def _log(result: DeliveryResult) -> None:
    # Never ERROR: an alert that cannot be sent must not become an error that alerts.
    level = logging.INFO if result.is_accepted else logging.WARNING
    _logger(conf.current().service).log(
        level,
        "Message by %s to %s %s%s",
        result.channel,
        result.recipient or "nobody",
        _WORDS[result.outcome],
        f": {result.detail}" if result.detail else "",
        extra={**fields_of(result), "correlation_id": result.correlation_id or None},
    )


@lru_cache
def _logger(service: str) -> logging.Logger:
    return logging.getLogger(f"{service}.communication")
