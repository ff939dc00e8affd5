"""
One call in settings: every failure becomes an event, for Sentry, the tracker, or both.

sentry-sdk is the instrument. It is set up in `start` and does nothing until something is `captured`;
then `events` makes the event, and `enriched` adds the scene to it and to whatever else the project
captures.
"""

from fireline.sentry.captured import captured, is_receiving
from fireline.sentry.ready import install, notes_itself
from fireline.sentry.start import init

__all__ = ["captured", "init", "install", "is_receiving", "notes_itself"]
