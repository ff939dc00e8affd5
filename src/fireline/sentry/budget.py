"""What a month of Sentry costs: so many errors and transactions, and no more, from all processes."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from time import monotonic
from typing import Any

from sentry_sdk.envelope import Envelope, Item
from sentry_sdk.transport import Transport

from fireline import rundir
from fireline.metrics.events import count_lost
from fireline.tracker.transport import REFUSED

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows: each process counts for itself
    fcntl = None

_KINDS = {"event": "errors", "transaction": "transactions"}
_TALLY = Struct("=5q")
"""The month, then how many were sent and how many were not: errors, transactions."""
_PLACES = {"errors": 1, "transactions": 3}
_SAID_EVERY = 3600.0


class Budgeted(Transport):
    """
    Another transport, to which no more goes in a calendar month (UTC) than the budget says.

    The tally is a file that all processes of this host share that send to the same DSN. What is not
    sent is counted there, and logged once an hour.
    """

    def __init__(self, transport: Transport, budget: Mapping[str, int | None]) -> None:
        super().__init__(None)
        self.transport = transport
        self.budget = budget
        self._own = _TALLY.pack(0, 0, 0, 0, 0)
        self._said = dict.fromkeys(_PLACES, -_SAID_EVERY)

    @property
    def parsed_dsn(self) -> Any:
        """Where it sends to."""
        return self.transport.parsed_dsn

    @parsed_dsn.setter
    def parsed_dsn(self, _: Any) -> None:
        """The SDK's constructor sets one."""

    def capture_envelope(self, envelope: Envelope) -> Any:
        """Hand the envelope on, or refuse it whole: an attachment is nothing without its event."""
        for item in envelope.items:
            kind = _KINDS.get(str(item.type))
            if kind is not None and not self._takes(kind):
                count_lost("budget", item.data_category)
                self.record_lost_event("ratelimit_backoff", item=item)
                return REFUSED
        return self.transport.capture_envelope(envelope)

    def _takes(self, kind: str) -> bool:
        limit = self.budget.get(kind)
        if limit is None:
            return True
        refused = self._counted(kind, limit)
        if refused:
            self._say(kind, limit, refused)
        return not refused

    def _counted(self, kind: str, limit: int) -> int:
        """Count one more in the tally; how many could not go by now, or 0 where this one may."""
        try:
            with _locked(rundir.path() / self._name()) as file:
                tally, refused = _one_more(os.pread(file, _TALLY.size, 0), kind, limit)
                os.pwrite(file, tally, 0)
        except Exception:  # no such directory, or no settings yet: then each process for itself
            self._own, refused = _one_more(self._own, kind, limit)
        return refused

    def _name(self) -> str:
        """Of the tally: services that share a run directory have budgets of their own."""
        dsn = self.parsed_dsn
        if dsn is None:
            return "sentry.tally"
        place = f"{dsn.netloc}{dsn.path}{dsn.project_id}"
        return f"sentry-{blake2b(place.encode(), digest_size=4).hexdigest()}.tally"

    def _say(self, kind: str, limit: int, refused: int) -> None:
        if monotonic() - self._said[kind] < _SAID_EVERY:
            return
        self._said[kind] = monotonic()
        logging.getLogger("fireline.sentry").warning(
            "Sentry's budget of %s %s in a month is used up; %s were not sent so far. "
            "The tracker, where it is installed, has no such limit.",
            limit,
            kind,
            refused,
        )

    def record_lost_event(
        self,
        reason: str,
        data_category: Any = None,
        item: Item | None = None,
        *,
        quantity: int = 1,
    ) -> None:
        """Let Sentry know how much it does not see."""
        self.transport.record_lost_event(reason, data_category, item, quantity=quantity)

    def flush(self, timeout: float, callback: Any = None) -> None:
        """Send what waits."""
        self.transport.flush(timeout, callback)

    def kill(self) -> None:
        """End it."""
        self.transport.kill()

    def is_healthy(self) -> bool:
        """Whether it is."""
        return self.transport.is_healthy()


_TRIES = 50


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """
    The file, locked; raises BlockingIOError where somebody does not let go of it.

    A capture must not wait for a process that was stopped.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for tries in range(_TRIES, -1, -1):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not tries:
                    raise
                time.sleep(0.001)
        try:
            yield file
        finally:
            # Not by closing: a child that another thread has forked meanwhile has it open, too.
            fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        os.close(file)


def _one_more(tally: bytes, kind: str, limit: int) -> tuple[bytes, int]:
    """The tally with one more of this kind, and how many were refused where this one is."""
    now = datetime.now(UTC)
    month = now.year * 100 + now.month
    numbers = list(_TALLY.unpack(tally)) if len(tally) == _TALLY.size else [0] * 5
    following = month + (89 if now.month == 12 else 1)
    if numbers[0] not in (month, following):  # a clock that is set back gives no second budget
        numbers = [month, 0, 0, 0, 0]
    place = _PLACES[kind]
    is_refused = numbers[place] >= limit
    numbers[place + is_refused] += 1
    return _TALLY.pack(*numbers), numbers[place + 1] if is_refused else 0
