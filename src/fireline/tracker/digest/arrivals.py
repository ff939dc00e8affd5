"""From an entry of the spool to what is in it: events on their way into issues, and other items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.crypto import salted_hmac

from fireline import conf
from fireline.scrub import REDACTED
from fireline.tracker import envelope, payload
from fireline.tracker.digest.cleaned import without_secrets
from fireline.tracker.digest.ids import hexadecimal, made_id
from fireline.tracker.digest.normal import normalised
from fireline.tracker.digest.parsed import mended, parsed
from fireline.tracker.digest.times import occurred_at
from fireline.tracker.grouping import Fingerprint, fingerprint_of
from fireline.tracker.spool import Entry
from fireline.tracker.storms import occurrences
from fireline.tracker.tags import tags_of
from fireline.tracker.texts import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event on its way into an issue: scrubbed, normalised, packed, and not stored yet."""

    event_id: str
    is_own: bool
    """Whether this service itself has captured it, and nobody who has a key."""
    fingerprint: Fingerprint
    received_at: datetime
    occurred_at: datetime
    error_id: str
    correlation_id: str
    occurrences: int
    """How often it happened: more than once where a storm has kept others from becoming events."""
    level: str
    release: str
    environment: str
    user_hash: int | None
    tags: tuple[tuple[str, str], ...]
    packed: bytes

    def event(self) -> dict[str, Any]:
        """All of it, unpacked: a batch holds many, and few are asked again."""
        return payload.unpacked(self.packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an entry brings."""

    entry: Entry
    arrivals: tuple[Arrival, ...]
    others: tuple[envelope.Item, ...]
    """Items that are no events, for the digesters that are registered."""
    event_id: str
    """The event that the envelope names: what its other items belong to; may be empty."""


def contents(entry: Entry) -> Contents:
    """What is in this entry. Raises ValueError where nobody can read it."""
    read = envelope.read(entry.envelope)
    named = hexadecimal(read.header.get("event_id"))
    arrivals, others = [], []
    for number, item in enumerate(read.items):
        if item.type == "event":
            arrivals.append(_arrival(entry, read.header, item, number))
        else:
            others.append(item)
    return Contents(
        entry=entry,
        arrivals=tuple(arrivals),
        others=tuple(others),
        event_id=named or (arrivals[0].event_id if arrivals else ""),
    )


def _arrival(entry: Entry, header: Mapping[str, Any], item: envelope.Item, number: int) -> Arrival:
    raw = parsed(item.payload)
    _name_address(raw, header.get("client_address"))
    user_hash = _user_hash(raw)  # before its e-mail address is scrubbed
    event = normalised(raw if entry.is_scrubbed else without_secrets(raw))
    event["event_id"] = event_id = (
        hexadecimal(event.get("event_id"))
        or hexadecimal(header.get("event_id"))
        or made_id(entry.id, number)
    )
    received_at = datetime.fromtimestamp(entry.received_at, UTC)
    tags = event.get("tags") or {}
    try:
        packed = payload.packed(event)
    except TypeError:  # nested too deep to be written
        event = mended(event)
        packed = payload.packed(event)
    return Arrival(
        event_id=event_id,
        is_own=not entry.key,
        fingerprint=fingerprint_of(event, conf.current().TRACKER_FINGERPRINT_RULES),
        received_at=received_at,
        occurred_at=occurred_at(event.get("timestamp"), header.get("sent_at"), received_at),
        error_id=cut(tags.get("error_id"), 40),
        correlation_id=cut(tags.get("correlation_id"), 64),
        occurrences=occurrences(event),
        level=event["level"],
        release=cut(event.get("release"), 200),
        environment=cut(event.get("environment"), 64),
        user_hash=user_hash,
        tags=tuple(tags_of(event)),
        packed=packed,
    )


def _name_address(event: Any, address: Any) -> None:
    """Put the address that the ingest has seen where the event asks for it; `{{auto}}` is nobody's."""
    user = event.get("user") if isinstance(event, dict) else None
    if isinstance(user, dict) and user.get("ip_address") in (None, "{{auto}}"):
        user.pop("ip_address", None)
        if address and isinstance(address, str):
            user["ip_address"] = address[:45]


_NAMES_OF_A_USER = ("id", "username", "email", "ip_address")
_NOBODY = frozenset({"", REDACTED, "[Filtered]"})
"""What is left where somebody has taken a name out; all users would be one."""


def _user_hash(event: Any) -> int | None:
    user = event.get("user") if type(event) is dict else None
    if type(user) is not dict:
        return None
    for name in _NAMES_OF_A_USER:
        value = user.get(name)
        if type(value) in {str, int} and value not in _NOBODY:
            return _hash(f"{name}:{value}")
    return None


def _hash(text: str) -> int:
    """Keyed with SECRET_KEY: who has the rows alone cannot try addresses out."""
    keyed = salted_hmac("fireline.tracker.user", text, algorithm="sha256")
    return int.from_bytes(keyed.digest()[:8], signed=True)
