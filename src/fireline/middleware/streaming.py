"""Streaming answers, watched to their end."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from django.http.response import HttpResponseBase

from fireline.errors import fail, guarded
from fireline.logs.once import mark_as_told

Resumed = Callable[[], AbstractContextManager[None]]


class Stream:
    """
    How far a streaming answer has come; `end` is called once, with whether the client left.

    `resumed` is the scope of its request, to be entered again.
    """

    def __init__(self, end: Callable[[bool], None], resumed: Resumed) -> None:
        self.end = end
        self.resumed = resumed
        self.has_begun = False
        self.is_complete = False
        self.is_over = False

    def broke(self, error: Exception) -> None:
        """Report the failure; under ASGI nobody closes an answer that broke."""
        self.is_complete = True
        with self.resumed():
            fail(error)
        mark_as_told(error)
        self.over()

    def over(self) -> None:
        """The answer is closed."""
        if not self.is_over:
            self.is_over = True
            with self.resumed():
                guarded(self.end, self.has_begun and not self.is_complete)


def watch_stream(response: HttpResponseBase, end: Callable[[bool], None], resumed: Resumed) -> None:
    """
    Call `end` once, when the server closes the answer, with whether the client left before its end.

    An exception in the middle reaches no middleware, no signal and no error handler, for the status
    is long gone: it is reported here, and raised on.
    """
    streaming: Any = response
    stream = Stream(end, resumed)
    # A file that the server sends by itself (wsgi.file_wrapper, sendfile) has no iterator of ours.
    if getattr(response, "file_to_stream", None) is None:
        watched = _watched_async if streaming.is_async else _watched
        streaming.streaming_content = watched(streaming.streaming_content, stream)
    # What Django calls when the answer is closed, on every server and in both modes.
    streaming._resource_closers.append(stream.over)


def _watched(chunks: Iterator[bytes], stream: Stream) -> Iterator[bytes]:
    stream.has_begun = True
    try:
        yield from chunks
    except Exception as error:
        stream.broke(error)
        raise
    stream.is_complete = True


async def _watched_async(chunks: AsyncIterator[bytes], stream: Stream) -> AsyncIterator[bytes]:
    stream.has_begun = True
    try:
        async for chunk in chunks:
            yield chunk
    except Exception as error:
        stream.broke(error)
        raise
    stream.is_complete = True
