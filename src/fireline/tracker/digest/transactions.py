"""A batch in a transaction, and again where another digester was in the way."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, OperationalError, connections, transaction

from fireline.tracker.digest.arrivals import Contents
from fireline.tracker.digest.faults import is_lock
from fireline.tracker.digest.storing import Changes, store

ATTEMPTS = 4


def committed(using: str, batch: Sequence[Contents]) -> Changes:
    """
    What storing this batch has changed.

    Two workers may lock each other out, and PostgreSQL then sends one away: it comes again at once.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            with _transaction(using):
                return store(using, batch)
        except OperationalError as error:
            if not is_lock(error):
                raise
            time.sleep(0.05 * 2**attempt)
        except IntegrityError:  # what it refers to is gone: a project that was just deleted
            if attempt:
                raise
    with _transaction(using):
        return store(using, batch)


@contextmanager
def _transaction(using: str) -> Iterator[None]:
    """On SQLite it begins as one that writes: those that become one later fail where another writes."""
    connection: Any = connections[using]
    is_sqlite = connection.vendor == "sqlite"
    mode = getattr(connection, "transaction_mode", None)
    if is_sqlite:
        connection.transaction_mode = "IMMEDIATE"
    try:
        with transaction.atomic(using):
            yield
    finally:
        if is_sqlite:
            connection.transaction_mode = mode
