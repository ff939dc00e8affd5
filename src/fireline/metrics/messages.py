"""Messages, counted by what became of them."""

from functools import cache
from typing import Any

from prometheus_client import Counter

from fireline.metrics.families import OTHER, _family


def on_message(*, result: Any, **_: Any) -> None:
    """Count an attempt, or what a provider has told of one later."""
    channel = OTHER if result.code == "unknown_channel" else result.channel
    _messages().labels(channel, result.outcome.value).inc()


@cache
def _messages() -> Counter:
    return _family(
        Counter,
        "fireline_messages_total",
        "Messages, by channel and by what became of them.",
        ("channel", "outcome"),
    )
