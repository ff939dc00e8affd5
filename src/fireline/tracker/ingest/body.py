"""The body of a request as it came: never by way of Django's forms, and never more than is allowed."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.http import HttpRequest, RawPostDataException

from fireline.tracker.ingest.memory import Memory
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import MEBIBYTE

MOST_BYTES = 20 * MEBIBYTE
"""As it comes, compressed or not; Sentry's own limit."""

_PIECE = 64 * 1024


def read(request: HttpRequest, memory: Memory) -> bytes:
    """The whole body, with its Content-Encoding; raises Refused."""
    declared = _declared(request)
    if declared is not None and declared > MOST_BYTES:
        raise _too_large()
    try:
        body = _read(request, declared, memory)
    except RawPostDataException:
        raise Refused(
            400, "body", "A middleware of this service has read the body and left nothing of it."
        ) from None
    except Refused:
        raise
    except Exception:  # the client has left, or its chunks are none: the server's own errors
        raise _broken_off() from None
    if declared is not None and len(body) < declared:
        raise _broken_off()
    return body


def _read(request: HttpRequest, declared: int | None, memory: Memory) -> bytes:
    if hasattr(request, "_body"):  # a middleware of the project has asked for it
        body: bytes = request.body
        return body
    if getattr(request, "_read_started", False):
        raise RawPostDataException
    environ = getattr(request, "environ", None)
    if environ is None:  # under ASGI it has come already, and lies in a file
        return _all_of(request, memory)
    # From a client who may be slow: its threads are the server's limit, and it keeps no place of others.
    chunked = declared is None and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return _all_of(_chunks(environ) if chunked else request, None)


def _declared(request: HttpRequest) -> int | None:
    """Content-Length, where the client has sent one."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or "")
    except ValueError:
        return None


def _chunks(environ: Mapping[str, Any]) -> Any:
    """
    The server's own stream: Django reads only as far as Content-Length says.

    Where the server does not end it, reading would never return.
    """
    if not environ.get("wsgi.input_terminated"):
        raise Refused(
            411, "body", "This server hands on no chunked bodies. Send one with Content-Length."
        )
    return environ["wsgi.input"]


def _all_of(stream: Any, memory: Memory | None) -> bytes:
    whole = BytesIO()
    while piece := stream.read(_PIECE):
        if memory:
            memory.grow_to(whole.tell() + len(piece))
        whole.write(piece)
        if whole.tell() > MOST_BYTES:
            raise _too_large()
    return whole.getvalue()


def _too_large() -> Refused:
    return Refused(413, "too_large", f"The body is larger than {MOST_BYTES} bytes, compressed.")


def _broken_off() -> Refused:
    return Refused(400, "body", "The upload ended in its middle.")
