"""Nobody waits for what has just failed to answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_PAUSE = 5.0
"""Seconds for which nobody asks again."""
_TRIAL = 2.0
"""Seconds for which the others let one try."""


class Circuit:
    """
    Opens with a failure: then every call is refused at once, until one that tries succeeds.

    Not the breaker of `fireline.resilience`, which the tracker does not know. A lock is not needed:
    at worst two try at the same moment.
    """

    def __init__(self) -> None:
        self._open_until = 0.0
        self._is_open = False

    @contextmanager
    def closed(self, what: str) -> Iterator[None]:
        """Run the block; raises ConnectionError without running it while the circuit is open."""
        if self._is_open:
            now = time.monotonic()
            if now < self._open_until:
                raise ConnectionError(
                    f"The spool in {what} has not answered; it is asked again within "
                    f"{_PAUSE:g} seconds."
                )
            self._open_until = now + _TRIAL
        try:
            yield
        except OSError:
            self._open_until = time.monotonic() + _PAUSE
            self._is_open = True
            raise
        self._is_open = False
