"""The security log: what somebody tried."""

import logging
from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any

from django.http import HttpRequest

from fireline import conf
from fireline.errors.pipeline import announce
from fireline.logs.records import with_extras
from fireline.scope import current
from fireline.scope.client import address_of
from fireline.scrub import scrubbed, scrubbed_text
from fireline.signals import security_burst, security_event

LINES_A_MINUTE = 100
"""So many lines of one event from one address; what comes on top is counted in one more line."""

_ADDRESSES_AT_MOST = 10_000


def write(event: str, message: str, request: HttpRequest | None = None, **more: Any) -> None:
    """
    Log a security event, and send the signal `security_event`.

    A scanner cannot fill the disk: a burst of one event from one address is cut at LINES_A_MINUTE;
    the next minute's first line says how many are missing (`suppressed`).
    """
    scope = current()
    request = request or (scope.request if scope else None)
    fields = {
        "security_event": event,
        "client_ip": address_of(request) if request else "",
        "path": request.path if request else "",
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:500] if request else "",
        "request_id": scope.correlation_id if scope else None,
        **more,
    }
    announce(security_event, event=event, fields=fields)
    count, suppressed = _bursts.seen(event, fields["client_ip"])
    if count == LINES_A_MINUTE:
        announce(security_burst, event=event, fields=fields)
    if count >= LINES_A_MINUTE:
        return
    if suppressed:
        fields["suppressed"] = suppressed
    logger = _logger(conf.current().service)
    if logger.isEnabledFor(logging.WARNING):
        record = logger.makeRecord(
            logger.name, logging.WARNING, __file__, 0, scrubbed_text(message), (), None, "write"
        )
        logger.handle(with_extras(record, fields["request_id"], scrubbed(fields)))


@lru_cache
def _logger(service: str) -> logging.Logger:
    return logging.getLogger(f"{service}.security")


class _Bursts:
    """How often each event came from each address in its current minute."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.counts: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def seen(self, event: str, address: str) -> tuple[int, int]:
        """How many came before it in this minute, and how many were not logged in the one before."""
        now = monotonic()
        with self.lock:
            since, count = self.counts.pop((event, address), (now, 0))
            suppressed = max(0, count - LINES_A_MINUTE)
            if now - since >= 60.0:
                since, count = now, 0
            else:
                suppressed = 0
            self.counts[event, address] = (since, count + 1)
            while len(self.counts) > _ADDRESSES_AT_MOST:
                self.counts.popitem(last=False)
        return count, suppressed


_bursts = _Bursts()
