"""
From the bytes of an envelope to an entry of the spool.

Payloads are not parsed here, that is the digest's; an envelope that is in order is kept as it came.
"""

import re
import time
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any

import orjson

from fireline.tracker import envelope
from fireline.tracker.envelope import Frame, MalformedEnvelopeError, TooManyItemsError
from fireline.tracker.ingest import credentials, quota, room
from fireline.tracker.ingest.keys import Admission
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import KINDS, name_of_unknown
from fireline.tracker.spool import Entry

_EVENT_ID = re.compile(r"[0-9a-f]{32}")


def accept(body: bytes, admission: Admission, address: str = "") -> str:
    """
    The id of the event that this envelope is about, when it lies in the spool; raises Refused.

    It is empty where the envelope has no items: nothing is kept then. `address` is the client's, and
    is kept where the event asks for it alone.
    """
    try:
        header, start = envelope.header_of(body)
        frames = list(envelope.frames(body, start))
    except TooManyItemsError as error:
        raise Refused(413, "too_large", str(error)) from None
    except MalformedEnvelopeError as error:
        raise Refused(400, "malformed", str(error)) from None
    credentials.agreed((admission.key, credentials.of_envelope(header, admission.project)))
    if not frames:
        if body[start:].strip():
            raise Refused(400, "malformed", "The envelope has no item that can be read.")
        return ""
    _refuse_too_large(frames)
    event_id = _id_of(header, body, frames)
    added = _added(header, event_id, body, frames, address)
    if added or any(frame.type not in KINDS for frame in frames):
        body = b"\n".join(_rewritten({**header, **added}, body, frames))
    _keep(body, admission, sum(frame.type == "event" for frame in frames))
    return event_id


def _keep(body: bytes, admission: Admission, events: int) -> None:
    if not quota.take(admission, max(events, 1)):
        raise room.quota_used_up()
    room.put(
        Entry(
            id=token_hex(16),
            project=admission.project,
            key=admission.key,
            received_at=time.time(),
            is_scrubbed=False,
            envelope=body,
        )
    )


def _refuse_too_large(frames: list[Frame]) -> None:
    for frame in frames:
        kind = KINDS.get(frame.type)
        if kind is not None and frame.size > kind.most_bytes:
            raise Refused(
                413,
                "too_large",
                f"The {frame.type} is larger than {kind.most_bytes} bytes.",
            )


def _id_of(header: Mapping[str, Any], body: bytes, frames: list[Frame]) -> str:
    """The event's id, of the envelope or of its event; a new one where neither has any."""
    found = plain_id(header.get("event_id"))
    if found is None:
        event = next((frame for frame in frames if frame.type == "event"), None)
        found = id_within(body[event.start : event.end]) if event else None
    return found or token_hex(16)


def plain_id(given: Any) -> str | None:
    """32 hexadecimal digits, of an id that may have dashes and capitals; None of anything else."""
    if type(given) is not str or len(given) > 40:
        return None
    plain = given.replace("-", "").lower()
    return plain if _EVENT_ID.fullmatch(plain) else None


def id_within(event: bytes) -> str | None:
    """The id in an event's payload, where it can be read."""
    try:
        found = orjson.loads(event)
    except orjson.JSONDecodeError:
        return None
    return plain_id(found.get("event_id")) if isinstance(found, dict) else None


_ASKS_FOR_ADDRESS = re.compile(rb'"(?:\{\{ ?auto ?\}\}|infer_ip"\s*:\s*"auto)"')


def _added(
    header: Mapping[str, Any], event_id: str, body: bytes, frames: list[Frame], address: str
) -> dict[str, str]:
    """What the header of the envelope still lacks."""
    added = {} if header.get("event_id") == event_id else {"event_id": event_id}
    if address and any(
        frame.type == "event" and _ASKS_FOR_ADDRESS.search(body, frame.start, frame.end)
        for frame in frames
    ):
        added["client_address"] = address
    return added


def _rewritten(
    header: Mapping[str, Any], body: bytes, frames: list[Frame]
) -> Iterator[bytes | memoryview]:
    """The envelope with this header; of items that nobody knows only the name is left."""
    try:
        yield orjson.dumps(header)
    except TypeError:  # nested so deep that it can be read, but not written
        kept = ("event_id", "sent_at", "client_address")
        yield orjson.dumps({name: header[name] for name in kept if type(header.get(name)) is str})
    view = memoryview(body)
    for frame in frames:
        if frame.type in KINDS:
            yield view[frame.begin : frame.end]
        else:
            yield orjson.dumps({"type": name_of_unknown(frame.type), "length": 0})
            yield b""
    yield b""
