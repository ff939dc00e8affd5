"""What is said of a call that failed and may be tried again, and of breakers: a signal, a log line."""

import logging
from enum import StrEnum
from functools import lru_cache

from fireline import conf
from fireline.errors import guarded
from fireline.errors.pipeline import announce
from fireline.signals import breaker_changed, retried


class Outcome(StrEnum):
    """What became of an attempt after which another was possible."""

    AGAIN = "again"
    """It failed, and another follows."""
    SUCCEEDED = "succeeded"
    """It was not the first, and succeeded."""
    FAILED = "failed"
    """It failed, and was the last one allowed."""
    OUT_OF_TIME = "out_of_time"
    """It failed, and the next wait would have passed the time budget."""
    UNSAFE = "unsafe"
    """It failed, and may have taken effect all the same, so that another could do the work twice."""


_LEVELS = {Outcome.SUCCEEDED: logging.INFO, Outcome.AGAIN: logging.WARNING}
_SAYS = {
    Outcome.AGAIN: "fails with {error} at attempt {attempt}; the next follows in {wait:.2f} s",
    Outcome.SUCCEEDED: "succeeds at attempt {attempt}",
    Outcome.FAILED: "fails with {error} at attempt {attempt}, which was the last",
    Outcome.OUT_OF_TIME: "fails with {error} at attempt {attempt}; there is no time to wait for another",
    Outcome.UNSAFE: "fails with {error} at attempt {attempt} and may have taken effect: not tried again",
}


def tell_attempt(
    name: str,
    attempt: int,
    outcome: Outcome,
    *,
    wait: float | None = None,
    error: BaseException | None = None,
    cause: str = "",
) -> None:
    """
    Announce and log what became of this attempt (the first is 1); never raises.

    The line names the class of the error, or the `cause`: a message may bring the call's arguments.
    """
    guarded(
        announce, retried, name=name, attempt=attempt, outcome=outcome.value, wait=wait, error=error
    )
    guarded(_log_attempt, name, attempt, outcome, wait, cause or type(error).__name__)


def _log_attempt(name: str, attempt: int, outcome: Outcome, wait: float | None, cause: str) -> None:
    said = _SAYS[outcome].format(error=cause, attempt=attempt, wait=wait or 0.0)
    extras = {"retry": name, "attempt": attempt, "outcome": outcome.value}
    if wait is not None:
        extras["wait_seconds"] = round(wait, 3)
    if outcome is not Outcome.SUCCEEDED:
        extras["error"] = cause
    _logger("retries").log(_LEVELS.get(outcome, logging.WARNING), "%s %s", name, said, extra=extras)


def tell_state(name: str, state: str, *, retry_after: float = 0.0, is_new: bool = False) -> None:
    """Announce the state of a breaker and log the change; `retry_after` is how long it stays open."""
    guarded(announce, breaker_changed, name=name, state=state, retry_after=retry_after)
    if not is_new:
        guarded(_log_state, name, state, retry_after)


def _log_state(name: str, state: str, retry_after: float) -> None:
    extras = {"breaker": name, "state": state, "retry_after": round(retry_after, 3)}
    level = logging.WARNING if state == "open" else logging.INFO
    _logger("breakers").log(level, "breaker %s is %s", name, state, extra=extras)


def _logger(what: str) -> logging.Logger:
    return _named(conf.current().service, what)


@lru_cache
def _named(service: str, what: str) -> logging.Logger:
    return logging.getLogger(f"{service}.{what}")
