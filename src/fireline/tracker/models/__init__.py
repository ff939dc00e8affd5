"""The tables: projects and keys, issues and their fingerprints, events, figures, and what was set aside."""

from fireline.tracker.models.events import Attachment, Event, Feedback, Outcome
from fireline.tracker.models.figures import AffectedUser, Count, Discarded, TagCount
from fireline.tracker.models.issues import Fingerprint, Issue, Status
from fireline.tracker.models.projects import Environment, Key, Project, Release
from fireline.tracker.models.spooled import Receipt, SetAside

__all__ = [
    "AffectedUser",
    "Attachment",
    "Count",
    "Discarded",
    "Environment",
    "Event",
    "Feedback",
    "Fingerprint",
    "Issue",
    "Key",
    "Outcome",
    "Project",
    "Receipt",
    "Release",
    "SetAside",
    "Status",
    "TagCount",
]
