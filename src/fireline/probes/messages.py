"""Whether the providers of messages are configured, in /health/; nobody is asked over the network."""

from fireline import health
from fireline.communication.configured import missing_by_channel
from fireline.health import Reading, Status


def install() -> None:
    """Let /health/ have the check `messages`."""
    health.register("messages", ask)


def ask() -> Reading:
    """Degraded where a channel of MESSAGE_CHANNELS lacks something: the next one takes its messages."""
    missing = missing_by_channel()
    lacking = [name for name, lack in missing.items() if lack]
    return Reading(
        status=Status.DEGRADED if lacking else Status.HEALTHY,
        message=f"Not configured: {', '.join(lacking)}" if lacking else "Messages OK: configured",
        details={name: lack or "configured" for name, lack in missing.items()},
    )
