"""The digest says what troubles it once a minute, on a logger that nobody captures from."""

import logging
from time import monotonic

logger = logging.getLogger("fireline.tracker")

_complained: dict[str, float] = {}


def complain(text: str, error: BaseException | None = None) -> None:
    """Log this text as a warning, with the error; once a minute, never raising."""
    now = monotonic()
    if now - _complained.get(text, -60.0) < 60.0:
        return
    if len(_complained) > 100:
        _complained.clear()
    _complained[text] = now
    try:
        # A warning, not an error: the SDK captures errors, and this one would go round in a circle.
        logger.warning("%s", text, exc_info=error)
    except Exception:  # a broken log handler: nobody is left to be told
        return
