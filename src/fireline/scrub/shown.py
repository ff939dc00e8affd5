"""A short, safe text of anything at all."""

from django.utils.functional import Promise

from fireline.scrub.lazy import evaluated
from fireline.scrub.texts import scrubbed_text

LIMIT = 1000

_BEYOND = 200
"""So much more is searched, lest a secret that the limit cuts in two is not known as one."""

_SPOKEN = (str, BaseException, Promise)
"""Shown by what they say; everything else by its `repr`."""


def shown(value: object, limit: int = LIMIT) -> str:
    """
    At most `limit` characters that show this value, secrets taken out; no `Exception` leaves it.

    A `repr` or `__str__` may raise, recurse for ever or return a megabyte: a `reverse_lazy` to a
    missing address in a setting, a deep structure, a model without a row.
    """
    try:
        value = evaluated(value)
        text = str(value) if isinstance(value, _SPOKEN) else repr(value)
        if len(text) <= limit:
            return scrubbed_text(text)
        return f"{scrubbed_text(text[: limit + _BEYOND])[:limit]}… ({len(text)} characters)"
    except Exception as error:
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
