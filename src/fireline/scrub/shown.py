"""A short, safe text of anything at all."""

from fireline.scrub.texts import scrubbed_text

LIMIT = 1000


def shown(value: object, limit: int = LIMIT) -> str:
    """
    At most `limit` characters that show this value, secrets taken out; never raises.

    A `repr` or `__str__` may raise, recurse for ever or return a megabyte: a `reverse_lazy` to a
    missing address in a setting, a deep structure, a model without a row.
    """
    try:
        text = str(value) if isinstance(value, (str, BaseException)) else repr(value)
        if not isinstance(text, str):
            raise TypeError
    except Exception as error:
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
    if len(text) > limit:
        text = f"{text[:limit]}… ({len(text)} characters)"
    return scrubbed_text(text)
