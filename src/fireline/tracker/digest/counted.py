"""An event that is newly stored: what all figures are counted of."""

from dataclasses import dataclass

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
