"""What lies in a spool, and what every spool can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

TAKEN_BYTES = 8 * 1024 * 1024
"""What a digester takes into its memory at once, where it names no other limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted envelope."""

    id: str
    """32 hexadecimal digits, made when it was accepted: what is taken twice is known by it."""
    project: str
    """Whose it is: a project's number, as in a DSN, or the name of a service for its own process."""
    key: str
    """The public key by which it was accepted; empty from this process."""
    received_at: float
    """Seconds since 1970, UTC."""
    is_scrubbed: bool
    """Whether this service has taken the secrets out already; never for what a client sent."""
    envelope: bytes
    """The whole of it, without Content-Encoding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry in the hands of a digester, until it is done."""

    entry: Entry
    place: Any
    """Where the spool finds it again; a matter of the spool."""
    attempts: int = 1
    """
    How often it was taken: more than once where a digester has died of it or beside it.

    What was given back does not count. An entry with more than one is always taken alone, so that
    it is known which one a digester dies of.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much waits in a spool."""

    entries: int
    bytes: int
    oldest_at: float | None
    """When the entry that has waited longest was received; None where nothing waits."""
    torn: int = 0
    """Entries that a killed process was writing: they were never accepted."""
    broken: int = 0
    """Stretches that the disk has spoilt: kept aside, for a person to look at."""


class FullError(Exception):
    """The spool takes nothing more now; `retry_after` is in seconds."""

    def __init__(self, text: str, retry_after: float = 60.0) -> None:
        super().__init__(text)
        self.retry_after = retry_after


def limit_of_clients(limit: int) -> int:
    """What clients may fill of a spool: the last eighth is for the service's own events, whoever floods it."""
    return limit - limit // 8


def crowded(place: str) -> FullError:
    """What a key is told that has more waiting than is still free."""
    return FullError(
        f"This key has more waiting in the spool {place} than is still free, which is for others. See "
        "whether the digest keeps up (manage.py fireline_worker), give the key a limit "
        "(events_per_minute), or raise FIRELINE['TRACKER_SPOOL_MB']."
    )


class Spool(Protocol):
    """
    Entries between accepting and digesting.

    What `put` has returned from survives the death of every process of this host at any moment, and
    is taken at least once.
    """

    def put(self, entry: Entry) -> None:
        """Accept this entry; raises FullError, or OSError where its place cannot be written."""

    def take(self, limit: int, max_bytes: int = TAKEN_BYTES) -> Sequence[Taken]:
        """
        At most so many entries, the oldest first, and none more when they have so many bytes.

        What another digester has in its hands is not among them.
        """

    def done(self, taken: Sequence[Taken]) -> bool:
        """Forget these: they are stored. False where somebody may store them again all the same."""

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Let these be taken again: they could not be stored now."""

    def depth(self) -> Depth:
        """How much waits."""

    def close(self) -> None:
        """
        Let go of files, locks and connections; what was put stays, and what comes later opens them again.

        What is in its hands is taken again, and was an attempt.
        """
