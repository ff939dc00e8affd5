"""
An envelope of the Sentry protocol: a header, and items of a header and a payload each.

See https://develop.sentry.dev/sdk/foundations/transport/envelopes/. Whoever knows a public key writes
one: what is read here is bounded in headers and items, and a lie about a length costs only its author.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

MOST_ITEMS = 500
"""Items of one envelope; SDKs send up to some tens."""

LONGEST_HEADER = 64 * 1024
"""Bytes of one header line; SDKs send a few hundred."""

MOST_HEADERS = 512 * 1024
"""Bytes of the headers of all items: read, they take thirty times as much."""


class MalformedEnvelopeError(ValueError):
    """These bytes are no envelope; its text says what is wrong."""


class TooManyItemsError(MalformedEnvelopeError):
    """An envelope of more than MOST_ITEMS, or with more than MOST_HEADERS."""

    def __init__(self) -> None:
        super().__init__(
            f"The envelope has more than {MOST_ITEMS} items, or {MOST_HEADERS} bytes of their "
            "headers. Send several."
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where an item lies in the bytes of its envelope: what need not be copied is not."""

    header: Mapping[str, Any]
    begin: int
    """Of its header."""
    start: int
    """Of its payload."""
    end: int
    """Behind its payload."""

    @property
    def type(self) -> str:
        """What kind of item it is, such as `event`."""
        return str(self.header["type"])

    @property
    def size(self) -> int:
        """Of its payload, in bytes."""
        return self.end - self.start


def read(body: bytes) -> Envelope:
    """
    The envelope in these bytes.

    An item whose header is broken ends it: those before are kept. Raises MalformedEnvelopeError where
    not even the header of the envelope can be read, and where there are too many items.
    """
    header, start = header_of(body)
    items = (
        Item(header=frame.header, payload=body[frame.start : frame.end])
        for frame in frames(body, start)
    )
    return Envelope(header=header, items=tuple(items))


def written(envelope: Envelope) -> bytes:
    """The bytes of this envelope; each item bears its length."""
    parts = [orjson.dumps(envelope.header)]
    for item in envelope.items:
        parts += (orjson.dumps({**item.header, "length": len(item.payload)}), item.payload)
    return b"\n".join(parts) + b"\n"


def header_of(body: bytes) -> tuple[Mapping[str, Any], int]:
    """The envelope's header, and where what follows it begins; `body` may be its first part alone."""
    line, start = _line(body, 0, "The envelope's header")
    return _header(line, "The envelope's header"), start


def frames(body: bytes, start: int) -> Iterator[Frame]:
    """
    The items that begin there, as far as they can be read.

    An item that names more bytes than there are has what is left; one that names no length, or
    nothing that is a length, ends with its line.
    """
    count, headers = 0, 0
    while (begin := _behind_blanks(body, start)) < len(body):
        count += 1
        if count > MOST_ITEMS:
            raise TooManyItemsError
        try:
            line, start = _line(body, begin, "An item's header")
            headers += len(line)
            if headers > MOST_HEADERS:
                raise TooManyItemsError
            header = _header(line, "An item's header")
        except TooManyItemsError:
            raise
        except MalformedEnvelopeError:
            return
        length = header.get("length")
        if type(length) is int and length >= 0:
            end = min(start + length, len(body))
            following = end + (body[end : end + 1] == b"\n")
        else:
            end = body.find(b"\n", start)
            end = len(body) if end < 0 else end
            following = end + 1
        if type(header.get("type")) is str:
            yield Frame(header=header, begin=begin, start=start, end=end)
        start = following


_BLANKS = re.compile(rb"[\r\n\t ]*")


def _behind_blanks(body: bytes, start: int) -> int:
    # In one go: an envelope may be twenty million line breaks.
    found = _BLANKS.match(body, start)
    return found.end() if found else start


def _line(body: bytes, start: int, what: str) -> tuple[bytes, int]:
    end = body.find(b"\n", start, start + LONGEST_HEADER + 1)
    if end >= 0:
        return body[start:end], end + 1
    if len(body) - start > LONGEST_HEADER:
        raise MalformedEnvelopeError(f"{what} is longer than {LONGEST_HEADER} bytes.")
    return body[start:], len(body)


def _header(line: bytes, what: str) -> Mapping[str, Any]:
    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise MalformedEnvelopeError(f"{what} is no JSON: {error}.") from None
    if not isinstance(header, dict):
        raise MalformedEnvelopeError(f"{what} is no JSON object.")
    return header
