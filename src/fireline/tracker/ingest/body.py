"""The body of a request as it came: never by way of Django's forms, and never more than is allowed."""

from io import BytesIO
from typing import Any

from django.http import HttpRequest, RawPostDataException

from fireline.tracker.ingest.chunks import stream_of
from fireline.tracker.ingest.large import GrownLarge, Memory
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import MEBIBYTE

MOST_BYTES = 20 * MEBIBYTE
"""As it comes, compressed or not; Sentry's own limit."""

_PIECE = 64 * 1024


class Body:
    """The body of a request, which one thread may begin to read and another go on."""

    def __init__(self, request: HttpRequest, memory: Memory) -> None:
        self.request = request
        self.memory = memory
        self._read = BytesIO()
        self._stream: Any = None
        self._body: bytes | None = None

    def read(self) -> bytes:
        """All of it, with its Content-Encoding; raises Refused."""
        if self._body is None:
            self._body = self._received()
        return self._body

    def _received(self) -> bytes:
        declared = self._declared()
        if declared is not None and declared > MOST_BYTES:
            raise _too_large()
        try:
            body = self._whole()
        except RawPostDataException:
            raise Refused(
                400,
                "body",
                "A middleware of this service has read the body and left nothing of it.",
            ) from None
        except (Refused, GrownLarge):
            raise
        except Exception:  # the client has left, or its chunks are none: the server's own errors
            raise _broken_off() from None
        if declared is not None and len(body) < declared:
            raise _broken_off()
        return body

    def _whole(self) -> bytes:
        if hasattr(self.request, "_body"):  # a middleware of the project has asked for it
            body: bytes = self.request.body
            return body
        if self._stream is None:
            if getattr(self.request, "_read_started", False):
                raise RawPostDataException
            self._stream = self._opened()
        # Under WSGI it comes from a client who may be slow: that is this thread's to bear, as the
        # server has meant it. Under ASGI it has come already, and lies in a file.
        is_here = not hasattr(self.request, "environ")
        if (declared := self._declared()) is not None:
            if is_here:
                self.memory.grow_to(declared)
            return bytes(self._stream.read(declared))
        while piece := self._stream.read(_PIECE):
            self._read.write(piece)
            if self._read.tell() > MOST_BYTES:
                raise _too_large()
            if is_here:
                self.memory.grow_to(self._read.tell())
        return self._read.getvalue()

    def _opened(self) -> Any:
        """What gives the body: the request, but for chunks under WSGI."""
        environ = getattr(self.request, "environ", {})
        encoding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        return (
            stream_of(environ)
            if self._declared() is None and "chunked" in encoding
            else self.request
        )

    def _declared(self) -> int | None:
        """Content-Length, where the client has sent one."""
        try:
            return int(self.request.META.get("CONTENT_LENGTH") or "")
        except ValueError:
            return None


def _too_large() -> Refused:
    return Refused(413, "too_large", f"The body is larger than {MOST_BYTES} bytes, compressed.")


def _broken_off() -> Refused:
    return Refused(400, "body", "The upload ended in its middle.")
