"""
Which keys were sent, and what is known of each attempt: rows that all processes share.

A cache would not do: it may forget, and Django's default one is each process's own. Here a unique
column lets the database say who is first.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, router, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from fireline.communication.results import Cause, DeliveryResult, Outcome, Undelivered

APP = "fireline_communication"
_RACES = 5


def attempts() -> "QuerySet[Any]":
    """The rows; raises ImproperlyConfigured where there is no table."""
    try:
        rows: QuerySet[Any] = apps.get_model(APP, "Attempt")._default_manager.all()
    except LookupError as error:
        raise ImproperlyConfigured(
            "CommunicationManager keeps its trail in a table. Put 'fireline.communication' into "
            "INSTALLED_APPS, and run manage.py migrate."
        ) from error
    return rows


def claim(
    attempt_id: str, key: str, channel: str, within: float, *, durable: bool
) -> DeliveryResult | None:
    """
    What is known of this key on this channel; None where it is ours to send now.

    Raises RuntimeError inside of a transaction where it is durable: were that rolled back, it would
    be forgotten that the message was sent.
    """
    rows = attempts()
    now = timezone.now()
    mark = sha256(f"{channel}\0{key}".encode()).hexdigest()
    for _ in range(_RACES):
        try:
            with _transaction(durable=durable):
                rows.create(
                    id=attempt_id,
                    claim=mark,
                    key=key,
                    channel=channel,
                    outcome=Outcome.UNKNOWN,
                    began_at=now,
                    due_at=now + timedelta(seconds=within),
                )
        except IntegrityError:
            row = rows.using(_database()).filter(claim=mark).first()
            if row is not None:
                return _repeated(row, now)
            # The other one has failed in this moment, and given its claim back.
        else:
            return None
    raise DatabaseError(f"{channel} has been claimed for {key!r} and given back {_RACES} times")


def taken(key: str, channels: Iterable[str]) -> DeliveryResult | None:
    """What has become of this key where one of these channels has taken it, or is at it now."""
    now = timezone.now()
    rows = attempts().using(_database()).filter(key=key, channel__in=list(channels))
    results = [_repeated(row, now) for row in rows]
    for index, result in enumerate(results):
        if result.is_accepted or result.is_under_way:
            return replace(result, before=tuple(results[:index]))
    return None


@contextmanager
def _transaction(*, durable: bool) -> Iterator[None]:
    transaction_of_ours = transaction.atomic(using=_database(), durable=durable)
    try:
        transaction_of_ours.__enter__()
    except RuntimeError as error:
        raise RuntimeError(
            "A message with a key cannot be sent inside of a transaction: a rollback would forget "
            "that it was sent. Send it by transaction.on_commit()."
        ) from error
    with ExitStack() as stack:
        stack.push(transaction_of_ours)
        yield


def settle(result: DeliveryResult) -> None:
    """Write down how the attempt has ended; what has certainly not been sent gives its claim back."""
    rows = attempts().using(_database()).filter(id=result.attempt_id)
    said = {
        "outcome": result.outcome,
        "cause": result.cause or "",
        "code": result.code,
        "detail": result.detail[:320],
        **({"message_id": result.message_id[:255]} if result.message_id else {}),
        **({"claim": None} if result.outcome is Outcome.FAILED else {}),
    }
    # At once: who sees that it has ended must see how, or would take the next channel, too.
    with transaction.atomic(using=_database()):
        rows.filter(told_at=None).update(**said)  # what the provider has told is more than we know
        rows.update(
            recipient=result.recipient[:100],
            correlation_id=result.correlation_id,
            characters=result.characters,
            took=result.took,
            ended_at=timezone.now(),
        )


def correct(
    attempt_id: str, message_id: str, outcome: Outcome, failure: Undelivered | None = None
) -> DeliveryResult | None:
    """
    Write down what the provider tells of a message; None where we know no such, or it is no news.

    The claim stays: it was sent once.
    """
    rows = attempts().using(_database())
    row = rows.filter(id=attempt_id).first() if attempt_id else None
    row = row or rows.filter(message_id=message_id, message_id__gt="").first()
    if row is None:
        return None
    changed = rows.filter(id=row.id, outcome__in=outcome.below).update(
        outcome=outcome,
        told_at=timezone.now(),
        cause=failure.cause if failure else "",
        code=failure.code[:40] if failure else "",
        detail=failure.detail[:320] if failure else "",
        message_id=message_id[:255] or row.message_id,
    )
    return _result(rows.get(id=row.id)) if changed else None


def trail(keys: Iterable[str]) -> list[DeliveryResult]:
    """Every attempt with one of these keys, in order."""
    return [_result(row) for row in attempts().filter(key__in=list(keys))]


def accepted_since(at: datetime) -> dict[str, int]:
    """How many attempts of each channel were taken since then, in one query."""
    taken = attempts().filter(began_at__gte=at)
    taken = taken.exclude(outcome__in=[Outcome.UNKNOWN, Outcome.FAILED])
    return dict(taken.order_by().values_list("channel").annotate(Count("id")))


def forget(before: datetime) -> int:
    """Delete the attempts that began before; how many these were."""
    return int(attempts().using(_database()).filter(began_at__lt=before).delete()[0])


def _database() -> str:
    return router.db_for_write(attempts().model)


def _repeated(row: Any, now: datetime) -> DeliveryResult:
    is_under_way = row.ended_at is None and row.told_at is None and now < row.due_at
    return replace(_result(row), is_repeat=True, is_under_way=is_under_way)


def _result(row: Any) -> DeliveryResult:
    return DeliveryResult(
        channel=row.channel,
        outcome=Outcome(row.outcome),
        recipient=row.recipient,
        cause=Cause(row.cause) if row.cause else None,
        code=row.code,
        detail=row.detail,
        message_id=row.message_id,
        attempt_id=row.id,
        key=row.key,
        correlation_id=row.correlation_id,
        took=row.took,
        characters=row.characters,
        at=row.began_at,
    )
