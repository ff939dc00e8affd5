"""
Secrets out: the one component for logs, answers, Sentry, the tracker and alerts.

`scrubbed` takes any nested value, `scrubbed_text` one text, `is_sensitive` the name of a field,
`shown` makes a short, safe text of anything at all, and `evaluated` looks into no lazy object.
"""

from fireline.scrub.keys import REDACTED, is_sensitive
from fireline.scrub.lazy import evaluated
from fireline.scrub.shown import shown
from fireline.scrub.texts import scrubbed_text
from fireline.scrub.walk import scrubbed, scrubbed_json, scrubbed_texts

__all__ = [
    "REDACTED",
    "evaluated",
    "is_sensitive",
    "scrubbed",
    "scrubbed_json",
    "scrubbed_text",
    "scrubbed_texts",
    "shown",
]
