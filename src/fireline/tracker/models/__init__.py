"""The tables: projects and keys, issues and their fingerprints, events, figures, what was set aside, and upkeep."""

from fireline.tracker.models.chores import Chore
from fireline.tracker.models.events import Attachment, Event, Feedback, Outcome
from fireline.tracker.models.figures import AffectedUser, Count, Discarded, TagCount
from fireline.tracker.models.issues import Fingerprint, Issue, Status
from fireline.tracker.models.projects import Environment, Key, Project, Release
from fireline.tracker.models.spooled import Receipt, SetAside

__all__ = [
    "AffectedUser",
    "Attachment",
    "Chore",
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
