"""Refusals in the log: one line a minute for each reason, however many come."""

import logging
import os
from threading import RLock
from time import monotonic

from django.http import HttpRequest

from fireline.scope.client import address_of
from fireline.tracker.ingest.refusal import Refused

log = logging.getLogger("fireline.tracker.ingest")

_MINUTE = 60.0


class _Refusals:
    """When each reason was last told, and how many of it came since."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[float, int]] = {}
        self.begin_anew()

    def begin_anew(self) -> None:
        """In a forked child: another thread of the parent may have held the lock."""
        self.lock = RLock()

    def one_more(self, reason: str) -> int | None:
        """How many came unlogged before this one; None where it is not to be logged either."""
        now = monotonic()
        with self.lock:
            since, count = self.told.get(reason, (now - _MINUTE, 0))
            if now - since < _MINUTE:
                self.told[reason] = (since, count + 1)
                return None
            self.told[reason] = (now, 0)
            return count


_refusals = _Refusals()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_refusals.begin_anew)


def refusal(refused: Refused, request: HttpRequest) -> None:
    """
    Say that something was refused, and to whom.

    As a warning, never as an error: error lines become events, and these would be of events.
    """
    before = _refusals.one_more(refused.reason)
    if before is None:
        return
    log.warning(
        "The tracker has refused what a client sent: %s",
        refused.because or refused.text,
        extra={
            "reason": refused.reason,
            "status_code": refused.status,
            "client_ip": address_of(request),
            "not_logged_before": before,
        },
    )
