"""
What is large is read, decoded and kept by two threads of this process alone.

An archive of 500 bytes may hold 32 MiB, and under ASGI each request has a thread of its own. So many
at once would take the memory of the service; and the allocator keeps for each thread what it once had.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from mmap import mmap
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import MEBIBYTE

P = ParamSpec("P")
T = TypeVar("T")

LITTLE = MEBIBYTE
"""Bytes that every request may hold in its own thread."""

_THREADS = 2
_MOST_WAITING = 16
_PATIENCE = 20.0


class GrownLarge(Exception):  # noqa: N818  no error: it goes on elsewhere
    """What is being read or decoded here has become more than LITTLE."""


class Memory:
    """What one request may hold."""

    def __init__(self) -> None:
        self.most: float = LITTLE

    @contextmanager
    def file(self, limit: int) -> Iterator[BytesIO | mmap]:
        """
        A file in memory that holds so many bytes, until the end of the block.

        A large one lies in pages of its own, which go back to the kernel at once: growing by steps, it
        would leave the allocator with several times its size.
        """
        with BytesIO() if self.most == LITTLE else mmap(-1, limit) as file:
            yield file

    def grow_to(self, size: int) -> None:
        """Hold so many bytes; raises GrownLarge where that is for the others to do."""
        if size > self.most:
            raise GrownLarge

    def be_large(self) -> None:
        """Hold whatever comes; it has other limits."""
        self.most = float("inf")


class _Threads:
    """Those of this process, begun when there is something large."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """After a fork: the parent's threads have stayed with it."""
        self.pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="fireline-large")
        self.waiting = BoundedSemaphore(_MOST_WAITING)

    def done(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work returns or raises there; raises Refused where too much waits."""
        if not self.waiting.acquire(blocking=False):
            raise _busy()
        waiting = self.waiting
        future = self.pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: waiting.release())
        try:
            return future.result(_PATIENCE)
        except TimeoutError:
            if future.cancel():
                raise _busy() from None
            # It has begun: a client that is refused now would be told of what is kept then.
            return future.result(_PATIENCE)


def _busy() -> Refused:
    return Refused(429, "busy", "Too many large envelopes come at once.", retry_after=10.0)


threads = _Threads()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=threads.begin_anew)
