"""Events that never became one: what a full spool, a budget, a storm or a hook has kept back."""

from functools import cache

from prometheus_client import Counter

from fireline.metrics.families import _family


def count_lost(reason: str, category: str, quantity: int = 1) -> None:
    """Count what was not kept, by the SDK's words for why and what."""
    _lost().labels(reason, category).inc(quantity)


@cache
def _lost() -> Counter:
    return _family(
        Counter,
        "fireline_events_lost_total",
        "Events that were not kept, by why and by what they are.",
        ("reason", "category"),
    )
