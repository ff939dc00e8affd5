"""Bodies in chunks, as Node sends them, under WSGI: Django reads only as far as Content-Length says."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.handlers.wsgi import LimitedStream

from fireline.tracker.ingest.refusal import Refused

_LONGEST_LINE = 1024
_MOST_TRAILERS = 20


def stream_of(environ: Mapping[str, Any]) -> Any:
    """What gives the body of this request; raises Refused where reading it would never end."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return stream
    if isinstance(stream, LimitedStream):
        # Of Django's runserver, which hands on nothing of what it has not understood.
        return Chunks(stream._read, stream._readline)  # type: ignore[attr-defined]
    raise Refused(
        411, "body", "This server hands on no chunked bodies. Send one with Content-Length."
    )


class Chunks:
    """The body in a stream of chunks (RFC 9112, 7.1). Raises ValueError where they are none."""

    def __init__(self, read: Callable[[int], bytes], read_line: Callable[[int], bytes]) -> None:
        self._read = read
        self._read_line = read_line
        self._left = 0
        self._is_ended = False

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._left and not self._is_ended:
            self._begin()
        if self._is_ended:
            return b""
        piece = self._read(min(size, self._left))
        if not piece:
            raise ValueError("The chunk ends in its middle.")
        self._left -= len(piece)
        if not self._left and self._read_line(_LONGEST_LINE).strip():
            raise ValueError("The chunk is longer than it says.")
        return piece

    def _begin(self) -> None:
        digits = self._read_line(_LONGEST_LINE).partition(b";")[0].strip()
        if not digits.isalnum():  # int() takes a sign, and lines between digits
            raise ValueError("There is no size of a chunk.")
        self._left = int(digits, 16)
        if not self._left:
            self._is_ended = True
            for _ in range(_MOST_TRAILERS):
                if not self._read_line(_LONGEST_LINE).strip():
                    return
