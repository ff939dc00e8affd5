"""
An envelope of the Sentry protocol: a header, and items of a header and a payload each.

See https://develop.sentry.dev/sdk/foundations/transport/envelopes/.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson


class MalformedEnvelopeError(ValueError):
    """These bytes are no envelope; its text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item: its header, whose `type` is a text, and its payload as it came."""

    header: Mapping[str, Any]
    payload: bytes

    @property
    def type(self) -> str:
        """What kind of item it is, such as `event`."""
        return str(self.header["type"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a client sends in one piece."""

    header: Mapping[str, Any]
    items: tuple[Item, ...]


def read(body: bytes) -> Envelope:
    """
    The envelope in these bytes.

    An item whose header is broken ends it: those before are kept. Raises MalformedEnvelopeError where
    not even the header of the envelope can be read.
    """
    line, start = _line(body, 0)
    return Envelope(header=_header(line, "The envelope's header"), items=tuple(_items(body, start)))


def written(envelope: Envelope) -> bytes:
    """The bytes of this envelope; each item bears its length."""
    parts = [orjson.dumps(envelope.header)]
    for item in envelope.items:
        parts += (orjson.dumps({**item.header, "length": len(item.payload)}), item.payload)
    return b"\n".join(parts) + b"\n"


def _items(body: bytes, start: int) -> Iterator[Item]:
    while start < len(body):
        line, start = _line(body, start)
        if not line.strip():
            continue
        try:
            header = _header(line, "An item's header")
        except MalformedEnvelopeError:
            return
        length = header.get("length")
        if type(length) is int and 0 <= length <= len(body) - start:
            payload, start = body[start : start + length], start + length
            start += body[start : start + 1] == b"\n"
        else:
            payload, start = _line(body, start)
        if type(header.get("type")) is str:
            yield Item(header=header, payload=payload)


def _line(body: bytes, start: int) -> tuple[bytes, int]:
    end = body.find(b"\n", start)
    return (body[start:], len(body)) if end < 0 else (body[start:end], end + 1)


def _header(line: bytes, what: str) -> Mapping[str, Any]:
    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise MalformedEnvelopeError(f"{what} is no JSON: {error}.") from None
    if not isinstance(header, dict):
        raise MalformedEnvelopeError(f"{what} is no JSON object.")
    return header
