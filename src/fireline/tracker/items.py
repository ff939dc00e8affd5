"""What is known of each kind of item: its category in rate limits, and how large it may be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of item that Sentry's SDKs send and that is kept, at least until the digest."""

    category: str
    """Its name in X-Sentry-Rate-Limits."""
    most_bytes: int


KINDS: Mapping[str, Kind] = {
    "event": Kind(category="error", most_bytes=MEBIBYTE),
    "attachment": Kind(category="attachment", most_bytes=100 * MEBIBYTE),
    "feedback": Kind(category="feedback", most_bytes=MEBIBYTE),
    "user_report": Kind(category="feedback", most_bytes=MEBIBYTE),
    "client_report": Kind(category="internal", most_bytes=4 * KIBIBYTE),
    "transaction": Kind(category="transaction", most_bytes=MEBIBYTE),
    "span": Kind(category="span", most_bytes=10 * MEBIBYTE),  # a container of many
    "session": Kind(category="session", most_bytes=100 * KIBIBYTE),
    "sessions": Kind(category="session", most_bytes=100 * KIBIBYTE),
    "check_in": Kind(category="monitor", most_bytes=100 * KIBIBYTE),
    "profile": Kind(category="profile", most_bytes=50 * MEBIBYTE),
    "profile_chunk": Kind(category="profile_chunk", most_bytes=50 * MEBIBYTE),
    "log": Kind(category="log_item", most_bytes=10 * MEBIBYTE),
    "trace_metric": Kind(category="trace_metric", most_bytes=10 * MEBIBYTE),
}
"""By the `type` of an item's header. Limits are Relay's, or wider."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def name_of_unknown(item_type: str) -> str:
    """The name by which an item that is none of KINDS is counted: whatever a client writes, it is short."""
    return item_type if _NAME.fullmatch(item_type) else "unknown"
