"""
One call in settings: every failure becomes an event, for Sentry, the tracker, or both.

sentry-sdk is the instrument. It is set up in `start` and does nothing until something is `captured`;
then `events` makes the event, and `enriched` adds the scene to it and to whatever else the project
captures.
"""

from importlib.util import find_spec

if find_spec("sentry_sdk") is None:
    raise ModuleNotFoundError(
        "fireline.sentry needs sentry-sdk: pip install 'django-fireline[tracker]', or "
        "'django-fireline[sentry]' where events go to Sentry alone.",
        name="sentry_sdk",
    )

from fireline.sentry.captured import captured, is_receiving
from fireline.sentry.ready import install, notes_itself
from fireline.sentry.start import adopt, init

__all__ = ["adopt", "captured", "init", "install", "is_receiving", "notes_itself"]
