"""
How an entry lies in a segment: a head of fixed size, the names, the envelope.

Head and body have a checksum each. The length is believed only where the head is whole, so a flipped
bit costs the one frame that it is in; and each writer has a mark of its own, drawn by chance, so no
client can write something into an envelope that is taken for a frame.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from fireline.tracker.spool.entry import Entry

MARK_SIZE = 8

_HEAD = struct.Struct(">8sIIIdB16sHH")
"""Mark, number in the segment, length and checksum of the body, when, flags, id, lengths of the names."""
_SUM = struct.Struct(">I")
HEAD_SIZE = _HEAD.size + _SUM.size
MAX_ENVELOPE = 2**30
"""Linux writes no more than two gigabytes in one piece."""

_STEP = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """Where a frame lies, and what it says of its body."""

    start: int
    end: int
    number: int
    received_at: float
    id: bytes
    checksum: int
    project_size: int
    key_size: int
    is_scrubbed: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between frames and is none."""

    start: int
    end: int
    is_torn: bool
    """Whether it is the beginning of a frame that was never finished."""


def framed(entry: Entry, mark: bytes, number: int) -> tuple[bytes, bytes]:
    """The entry as it is written: all but its envelope, and the envelope."""
    project, key = (name.encode(errors="replace") for name in (entry.project, entry.key))
    names = project + key
    head = _HEAD.pack(
        mark,
        number,
        len(names) + len(entry.envelope),
        crc32(entry.envelope, crc32(names)),
        entry.received_at,
        entry.is_scrubbed,
        bytes.fromhex(entry.id),
        len(project),
        len(key),
    )
    return b"".join((head, _SUM.pack(crc32(head)), names)), entry.envelope


def walk(file: int, mark: bytes, start: int, end: int) -> Iterator[Head | Gap]:
    """The frames from here on, and what lies between them; their bodies are not looked at."""
    while start < end:
        head = _head_at(file, mark, start)
        if head is None:
            following = _next_head(file, mark, start + 1, end)
            is_torn = following == end and end - start < HEAD_SIZE
            yield Gap(start, following, is_torn)
            start = following
        elif head.end > end:
            yield Gap(start, end, is_torn=True)
            return
        else:
            yield head
            start = head.end


def last_head(file: int, mark: bytes, start: int, end: int) -> Head | None:
    """The last frame that is whole, looked for from the end."""
    size = _STEP // 16
    while True:
        begin = max(start, end - size)
        stretch = os.pread(file, end - begin, begin)
        at = stretch.rfind(mark)
        while at >= 0:
            head = _head_at(file, mark, begin + at)
            if head and head.end <= end:
                return head
            at = stretch.rfind(mark, 0, at + MARK_SIZE - 1)
        if begin == start:
            return None
        size *= 8


def entry_of(file: int, head: Head) -> Entry | None:
    """The entry of this frame; None where its body is not what was written."""
    start = head.start + HEAD_SIZE
    body = os.pread(file, head.end - start, start)
    if crc32(body) != head.checksum or len(body) != head.end - start:
        return None
    names = head.project_size + head.key_size
    return Entry(
        id=head.id.hex(),
        project=body[: head.project_size].decode(),
        key=body[head.project_size : names].decode(),
        received_at=head.received_at,
        is_scrubbed=head.is_scrubbed,
        envelope=body[names:],
    )


def _head_at(file: int, mark: bytes, start: int) -> Head | None:
    raw = os.pread(file, HEAD_SIZE, start)
    if len(raw) < HEAD_SIZE or not raw.startswith(mark):
        return None
    if _SUM.unpack_from(raw, _HEAD.size)[0] != crc32(raw[: _HEAD.size]):
        return None
    _, number, length, checksum, received_at, flags, id_, project, key = _HEAD.unpack_from(raw)
    return Head(
        start=start,
        end=start + HEAD_SIZE + length,
        number=number,
        received_at=received_at,
        id=id_,
        checksum=checksum,
        project_size=project,
        key_size=key,
        is_scrubbed=bool(flags),
    )


def _next_head(file: int, mark: bytes, start: int, end: int) -> int:
    """Where the next whole head begins, or the end."""
    while start < end:
        stretch = os.pread(file, _STEP, start)
        at = stretch.find(mark)
        while at >= 0:
            if _head_at(file, mark, start + at):
                return start + at
            at = stretch.find(mark, at + 1)
        if len(stretch) < _STEP:
            break
        start += len(stretch) - MARK_SIZE + 1  # a mark may lie across the border
    return end
