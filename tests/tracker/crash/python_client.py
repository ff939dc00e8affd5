"""
Events by the real sentry-sdk over HTTP; prints the id of each that was accepted.

    python python_client.py DSN COUNT SECONDS-BETWEEN-TWO
"""

import sys
import time
from contextlib import suppress
from typing import Any

import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import HttpTransport

TRIES = 300
"""An event that was accepted while the answer got lost comes again: it is stored once."""


class Telling(HttpTransport):
    """Sends in the caller's thread until the event is accepted, and says so."""

    def capture_envelope(self, envelope: Envelope) -> None:
        self.is_accepted = False
        for _ in range(TRIES):
            with suppress(Exception):  # nobody listens just now
                self._send_envelope(envelope)
            if self.is_accepted:
                print(envelope.headers["event_id"], flush=True)
                return
            time.sleep(0.1)

    def _handle_response(self, response: Any, envelope: Any) -> None:
        self.is_accepted = response.status == 200
        super()._handle_response(response, envelope)

    def _check_disabled(self, category: Any) -> bool:
        return False  # what was refused is over at once


def fail(number: int) -> None:
    """One of ten bugs."""
    raise ValueError(f"Failure {number % 10} of a client in Python")


def main() -> None:
    """Send them, as fast as they are taken."""
    dsn, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    sentry_sdk.init(
        dsn,
        transport=Telling,
        auto_session_tracking=False,
        auto_enabling_integrations=False,  # it would load Django and what else there is
        release="client@1",
    )
    for number in range(count):
        try:
            fail(number)
        except ValueError as error:
            sentry_sdk.capture_exception(error)
        time.sleep(pause)


if __name__ == "__main__":
    main()
