"""Streaming answers, watched to their end."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase

from fireline.errors import fail, guarded


@dataclass(slots=True)
class Stream:
    """How far a streaming answer has come."""

    has_begun: bool = False
    has_ended: bool = False

    @property
    def was_left(self) -> bool:
        """Whether the client went away in the middle."""
        return self.has_begun and not self.has_ended


def watch_stream(response: HttpResponseBase, end: Callable[[bool], None]) -> None:
    """
    Call `end` once, when the server closes the answer, with whether the client left before its end.

    An exception in the middle reaches no middleware, no signal and no error handler, for the status
    is long gone: it is reported here, and raised on.
    """
    streaming: Any = response
    stream = Stream()
    # A file that the server sends by itself (wsgi.file_wrapper, sendfile) has no iterator of ours.
    if getattr(response, "file_to_stream", None) is None:
        watched = _watched_async if streaming.is_async else _watched
        streaming.streaming_content = watched(streaming.streaming_content, stream)
    # What Django calls when the answer is closed, on every server and in both modes.
    streaming._resource_closers.append(lambda: guarded(end, stream.was_left))


def _watched(chunks: Iterator[bytes], stream: Stream) -> Iterator[bytes]:
    stream.has_begun = True
    try:
        yield from chunks
    except Exception as error:
        stream.has_ended = True
        fail(error)
        raise
    stream.has_ended = True


async def _watched_async(chunks: AsyncIterator[bytes], stream: Stream) -> AsyncIterator[bytes]:
    stream.has_begun = True
    try:
        async for chunk in chunks:
            yield chunk
    except Exception as error:
        stream.has_ended = True
        fail(error)
        raise
    stream.has_ended = True
