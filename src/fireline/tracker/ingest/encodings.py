"""
Bodies without their Content-Encoding.

Every decoder gives its output in steps of some STEP bytes and the sum is bounded after each one,
in every layer of a stack: a bomb is noticed when it has taken one step more than what is allowed.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any

from fireline.tracker.ingest.large import Memory
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.payload import zstd

STEP = 128 * 1024
MOST_ENCODINGS = 3

Pieces = Iterator[bytes]


class _BrokenError(Exception):
    """A decoder does not understand what it got."""


def decoded(body: bytes, encodings: tuple[str, ...], limit: int, memory: Memory) -> bytes:
    """The body without these encodings, named in the order of their application; raises Refused."""
    if not encodings:
        if len(body) > limit:
            raise _too_large(limit)
        return body
    with memory.file(limit) as whole:
        for piece in _decoding(body, encodings, limit):
            memory.grow_to(whole.tell() + len(piece))
            whole.write(piece)
        size = whole.tell()
        whole.seek(0)
        return whole.read(size)


def head_of(body: bytes, encodings: tuple[str, ...], size: int) -> bytes:
    """The first bytes of it, at least so many where there are so many."""
    head = b""
    for piece in _decoding(body, encodings, size + 2 * STEP):
        head += piece
        if len(head) >= size:
            break
    return head


def named(header: str) -> tuple[str, ...]:
    """
    The encodings that a Content-Encoding names, without those that change nothing.

    Old SDKs write `UTF-8` or nothing there. Raises Refused for what is not understood here.
    """
    names = tuple(
        name
        for part in header.lower().split(",", MOST_ENCODINGS + 1)
        if (name := part.strip()) not in {"", "identity", "utf-8", "utf8"}
    )
    if len(names) > MOST_ENCODINGS:
        raise Refused(415, "encoding", f"The body has more than {MOST_ENCODINGS} encodings.")
    for name in names:
        if name not in DECODERS:
            raise Refused(415, "encoding", _not_understood(name))
    return names


def _decoding(body: bytes, encodings: tuple[str, ...], limit: int) -> Pieces:
    pieces = _pieces_of(body)
    for name in reversed(encodings):
        pieces = _bounded(_understood(DECODERS[name](pieces), name), limit)
    return pieces


def _pieces_of(body: bytes) -> Pieces:
    # Small ones: zlib copies what it has not yet read of a piece at every step.
    view = memoryview(body)
    return (bytes(view[start : start + STEP]) for start in range(0, len(body), STEP))


def _bounded(pieces: Pieces, limit: int) -> Pieces:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        yield piece


def _too_large(limit: int) -> Refused:
    return Refused(
        413, "too_large", f"The body is larger than {limit} bytes. Send less, or in several."
    )


def _understood(pieces: Pieces, name: str) -> Pieces:
    try:
        yield from pieces
    except _ERRORS as error:
        raise Refused(400, "encoding", f"The body is no {name}: {error}.") from None


def _gzip(pieces: Pieces) -> Pieces:
    return _zlib(pieces, 16 + zlib.MAX_WBITS)


def _deflate(pieces: Pieces) -> Pieces:
    """With zlib's frame, as the RFC has it, or without, as some send it."""
    first = next(pieces, b"")
    is_framed = first[:1] != b"" and first[0] & 15 == 8 and int.from_bytes(first[:2]) % 31 == 0
    return _zlib(_chained(first, pieces), zlib.MAX_WBITS if is_framed else -zlib.MAX_WBITS)


def _chained(first: bytes, pieces: Pieces) -> Pieces:
    yield first
    yield from pieces


def _zlib(pieces: Pieces, window: int) -> Pieces:
    decoder: Any = zlib.decompressobj(window)  # for mypy its `eof` never changes
    for piece in pieces:
        if decoder.eof:
            raise _BrokenError("bytes follow its end")
        rest, out = piece, b""
        # A full step may leave output inside the decoder though it has read all.
        while rest or len(out) == STEP:
            out = decoder.decompress(rest, STEP)
            yield out
            rest = decoder.unconsumed_tail
            if decoder.eof:
                break
    _ended(is_finished=decoder.eof, rest=decoder.unused_data)


def _brotli(pieces: Pieces) -> Pieces:
    decoder = brotli.Decompressor()
    for piece in pieces:
        if decoder.is_finished():
            raise _BrokenError("bytes follow its end")
        out = decoder.process(piece, output_buffer_limit=STEP)
        # Until nothing comes: can_accept_more_data() says yes also where output waits.
        while out:
            yield out
            out = decoder.process(b"", output_buffer_limit=STEP)
    _ended(is_finished=decoder.is_finished())


def _zstd(pieces: Pieces) -> Pieces:
    decoder = zstd.ZstdDecompressor(options={_WINDOW: _LARGEST_WINDOW})
    for piece in pieces:
        if decoder.eof:
            raise _BrokenError("bytes follow its end")
        yield decoder.decompress(piece, STEP)
        while not decoder.needs_input and not decoder.eof:
            yield decoder.decompress(b"", STEP)
    _ended(is_finished=decoder.eof, rest=decoder.unused_data)


def _ended(*, is_finished: bool, rest: bytes = b"") -> None:
    if not is_finished:
        raise _BrokenError("it ends in its middle")
    if rest:
        raise _BrokenError("bytes follow its end")


def _patched_brotli() -> Any:
    """The module, None where it is not new enough: CVE-2026-111497, older ones write out of bounds."""
    try:
        numbers = tuple(int(part) for part in islice(version("brotli").split("."), 3))
        if numbers < (1, 2, 1):
            return None
        return import_module("brotli")  # an older one is not even loaded
    except (ImportError, PackageNotFoundError, ValueError):
        return None


def _not_understood(name: str) -> str:
    way_out = {
        "br": " The tracker takes it with brotli 1.2.1 or newer: install django-fireline[tracker].",
        "zstd": " The tracker takes it with backports.zstd: install django-fireline[tracker].",
    }
    known = ", ".join(DECODERS)
    return f"Content-Encoding {name[:40]!r} is not understood here, but {known}.{way_out.get(name, '')}"


brotli = _patched_brotli()

DECODERS: Mapping[str, Callable[[Pieces], Pieces]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    **({"br": _brotli} if brotli else {}),
    **({"zstd": _zstd} if zstd else {}),
}

_ERRORS: tuple[type[Exception], ...] = (
    _BrokenError,
    zlib.error,
    *((brotli.error,) if brotli else ()),
    *((zstd.ZstdError,) if zstd else ()),
)

if zstd:
    _WINDOW = zstd.DecompressionParameter.window_log_max
    _LARGEST_WINDOW = 23
    """8 MiB, as RFC 9659 has it for HTTP; the decoder holds a whole one."""
