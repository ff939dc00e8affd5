"""
Secrets out: the one component for logs, answers, Sentry, the tracker and alerts.

`scrubbed` takes any nested value, `scrubbed_text` one text, `is_sensitive` the name of a field, and
`shown` makes a short, safe text of anything at all.
"""

from fireline.scrub.keys import REDACTED, is_sensitive
from fireline.scrub.shown import shown
from fireline.scrub.texts import scrubbed_text
from fireline.scrub.walk import scrubbed, scrubbed_texts

__all__ = [
    "REDACTED",
    "is_sensitive",
    "scrubbed",
    "scrubbed_text",
    "scrubbed_texts",
    "shown",
]
