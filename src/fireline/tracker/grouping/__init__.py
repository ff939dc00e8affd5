"""Which events are one issue: from an event to its fingerprint, and why."""

from fireline.tracker.grouping.explained import explained
from fireline.tracker.grouping.fingerprint import VERSION, Fingerprint
from fireline.tracker.grouping.grouped import SPLITS, fingerprint_of
from fireline.tracker.grouping.headline import Headline, headline_of

__all__ = [
    "SPLITS",
    "VERSION",
    "Fingerprint",
    "Headline",
    "explained",
    "fingerprint_of",
    "headline_of",
]
