"""What figures are counted of: events that are newly stored, and what a storm has kept from becoming one."""

from dataclasses import dataclass
from datetime import datetime

from fireline.tracker.digest.arrivals import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One event that is newly stored, and where."""

    arrival: Arrival
    project_id: int
    issue_id: int
    fingerprint_id: int
    environment_id: int
    release_id: int | None

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return self.arrival.received_at

    @property
    def occurrences(self) -> int:
        """How often it happened."""
        return self.arrival.occurrences


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What came behind an event, in a storm that nothing has followed: counted, and no event itself."""

    project_id: int
    issue_id: int
    environment_id: int
    release_id: int | None
    received_at: datetime
    occurrences: int
