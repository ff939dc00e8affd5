"""The one guard: the watcher never hurts the watched."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_complained: dict[str, float] = {}


def guarded(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the work returns, or None where it fails, which Fireline then says of itself."""
    try:
        return work(*args, **kwargs)
    except Exception as error:
        complain(
            f"{work.__module__}.{getattr(work, '__qualname__', type(work).__qualname__)}", error
        )
        return None


def complain(place: str, error: Exception) -> None:
    """Say on `fireline` that Fireline itself has failed here; once a minute, never raising."""
    now = monotonic()
    if now - _complained.get(place, -60.0) < 60.0:
        return
    _complained[place] = now
    try:
        logging.getLogger("fireline").error("Fireline failed in %s", place, exc_info=error)
    except Exception:  # a broken log handler: nobody is left to be told
        return
