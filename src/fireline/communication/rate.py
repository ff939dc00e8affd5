"""A limit of our own, so that a provider need not set one."""

from threading import Lock
from time import monotonic, sleep

from fireline.communication.results import Cause, Undelivered

_PATIENCE = 1.0


class Rate:
    """So many a second, in bursts of a second's worth; who would wait longer than that is refused."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0.0
        self._closed_until = 0.0

    def wait(self, a_second: float) -> None:
        """Return when it is our turn; raises Undelivered where that is too far away."""
        with self._lock:
            now = monotonic()
            if (closed := self._closed_until - now) > 0:
                raise Undelivered(
                    Cause.RATE_LIMIT,
                    "The provider has said that we send too much, and to wait.",
                    code="local",
                    retry_after=closed,
                )
            # The theoretical arrival time of GCRA: one number says all of a leaky bucket.
            turn = max(self._next, now - 1.0)
            wait = turn - now
            if wait > _PATIENCE:
                raise Undelivered(
                    Cause.RATE_LIMIT,
                    f"More than {a_second:g} messages a second (WHATSAPP_RATE).",
                    code="local",
                    retry_after=wait,
                )
            self._next = turn + 1.0 / a_second
        if wait > 0:
            sleep(wait)  # in the thread of the attempt

    def close(self, seconds: float) -> None:
        """Refuse everybody for so long."""
        with self._lock:
            self._closed_until = max(self._closed_until, monotonic() + seconds)
