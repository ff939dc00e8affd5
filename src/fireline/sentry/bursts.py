"""A burst of attempts from one address is one event, not thousands."""

from collections.abc import Mapping
from typing import Any

import sentry_sdk

from fireline.sentry.enriched import may_be_personal
from fireline.sentry.storms import storms
from fireline.sentry.tails import keep_back

_PERSONAL = frozenset(("client_ip", "user_agent"))


def on_burst(*, event: str, fields: Mapping[str, Any], **_: Any) -> None:
    """A receiver of `security_burst`: capture it; of many addresses at once as many as TRACK_PER_MINUTE."""
    kind = ("burst", event)
    if storms.passed(kind) is None:
        keep_back()
        return
    is_personal = may_be_personal(sentry_sdk.get_client().options)
    shown = {name: value for name, value in fields.items() if is_personal or name not in _PERSONAL}
    event_id = sentry_sdk.capture_event(
        {
            "level": "warning",
            "logger": "fireline.security",
            "message": f"Burst of attempts: {event}",
            "fingerprint": ["fireline.security", event],
            "tags": {"security_event": event},
            "contexts": {"security": shown},
        }
    )
    storms.became(kind, event_id)
