"""What is counted of an event by its value: its tags, and what people ask for besides."""

from collections.abc import Iterator, Mapping
from typing import Any

from fireline.tracker.agents import agent_in
from fireline.tracker.texts import cut

UNCOUNTED = frozenset({
    "error_id", "correlation_id", "trace_id", "span_id", "transaction_id",
    "user", "user.id", "user.username", "user.email", "user.ip", "user.ip_address", "user.name",
    "user_id", "user_name", "user_email", "username", "email", "ip", "ip_address",
})  # fmt: skip
"""Tags that are different for each event or each user: they are looked up, and not kept beyond it."""

_FIELDS = ("level", "environment", "release", "server_name", "transaction")
_CONTEXTS = ("browser", "os", "device", "runtime")


def tags_of(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys and values of a normalised event, as they are counted."""
    tags: Mapping[str, Any] = event.get("tags") or {}
    contexts = event.get("contexts") or {}
    browser, system = agent_in(event.get("request"))
    derived = {
        "browser": browser,
        "os": system,
        **{name: event.get(name) for name in _FIELDS},
        **{name: _named(contexts.get(name)) for name in _CONTEXTS if name in contexts},
    }
    for key, value in {**derived, **tags}.items():
        text = cut(value, 200)
        if text and key and key not in UNCOUNTED:
            yield cut(key, 32), text


def _named(context: Any) -> str:
    """Such as Firefox 141; the rest of a version tells nobody anything."""
    if type(context) is not dict:
        return ""
    name, version = context.get("name") or context.get("model"), context.get("version")
    if type(name) is not str:
        return ""
    return f"{name} {'.'.join(version.split('.')[:2])}" if type(version) is str else name
