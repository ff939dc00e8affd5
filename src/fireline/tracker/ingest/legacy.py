"""Events as SDKs sent them before there were envelopes: a JSON object, plain or as base64 of zlib."""

import binascii
from base64 import b64decode

from fireline.tracker.envelope import Envelope, Item, written
from fireline.tracker.ingest.accept import id_within
from fireline.tracker.ingest.encodings import decoded
from fireline.tracker.ingest.large import Memory
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import KINDS


def enveloped(body: bytes, memory: Memory) -> bytes:
    """The envelope with this event; raises Refused."""
    event = body.strip()
    if not event:
        raise Refused(400, "malformed", "There is no event in the body.")
    if not event.startswith(b"{"):
        event = _unpacked(event, memory).strip()
    if not event.startswith(b"{"):
        raise Refused(400, "malformed", "The body is no JSON object, nor base64 of a zlib of one.")
    event_id = id_within(event)
    header = {"event_id": event_id} if event_id else {}
    return written(Envelope(header=header, items=(Item(header={"type": "event"}, payload=event),)))


def _unpacked(packed: bytes, memory: Memory) -> bytes:
    try:
        zipped = b64decode(b"".join(packed.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "malformed", "The body is no JSON object, nor base64.") from None
    return decoded(zipped, ("deflate",), KINDS["event"].most_bytes, memory)
