"""
What the events of a batch have changed, told when they are stored: `register(receiver)`.

A receiver is called after the commit, in the digester, with the outcomes of one batch. What it raises
is logged and stops nobody. A process that is killed between commit and receiver tells nobody: who may
miss nothing reads `Event.outcome`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fireline.tracker.digest.complaints import complain
from fireline.tracker.models import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One event that is stored now."""

    outcome: Outcome
    project_id: int
    issue_id: int
    event_id: str
    level: str
    environment: str
    release: str
    received_at: datetime


Receiver = Callable[[Sequence[Stored]], None]

RECEIVERS: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Tell this receiver of every batch from now on."""
    if receiver not in RECEIVERS:
        RECEIVERS.append(receiver)


def tell(stored: Sequence[Stored]) -> None:
    """Tell all receivers; never raises."""
    for receiver in RECEIVERS if stored else ():
        try:
            receiver(stored)
        except Exception as error:
            complain(f"The receiver {getattr(receiver, '__qualname__', receiver)} failed.", error)
