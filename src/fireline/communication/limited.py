"""Work that ends within a time limit for its caller, whatever a provider does."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import BoundedSemaphore, Thread
from typing import TypeVar

from fireline.connections import close_connections

T = TypeVar("T")

AT_ONCE = 100
"""So many attempts may run, or hang, in one process; a provider that trickles must not collect threads."""

_places = BoundedSemaphore(AT_ONCE)


class TooManyError(RuntimeError):
    """So many attempts hang already that none is begun."""


def within(limit: float, work: Callable[[], T]) -> T:
    """
    What the work returns or raises; TimeoutError where that takes longer than `limit` seconds.

    Time-outs of sockets are not enough: names that do not resolve know none, and an answer that
    trickles in, byte by byte, begins each of them anew. The work that hangs is left behind.
    """
    if not _places.acquire(blocking=False):
        raise TooManyError(f"{AT_ONCE} attempts hang in this process already")
    context = copy_context()
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(context.run(work))
        except BaseException as error:
            done.set_exception(error)
        finally:
            _places.release()
            close_connections()  # a backend of mail may have asked the database

    try:
        Thread(target=run, name="fireline-message", daemon=True).start()
    except RuntimeError:  # no thread is to be had
        _places.release()
        raise
    return done.result(limit)
