"""The connection to a Redis: how long it is waited for, and what its errors mean to callers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ACCEPTING = 0.5
"""Seconds that a request waits: once for a connection, once for the answer."""


def client(url: str, seconds: float) -> Any:
    """
    A client that waits for so long, and no longer.

    A connection that Redis has closed (it was restarted) is made anew once, at once; what has
    not been answered in time is not asked a second time.
    """
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=min(seconds, ACCEPTING),
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def address_of(connected: Any) -> str:
    """Which Redis this is, without user and password."""
    options = connected.connection_pool.connection_kwargs
    where = options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
    return f"{where}/{options.get('db') or 0}"


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Errors of the library as what callers know, without the password of the address."""
    try:
        yield
    except redis.TimeoutError as error:
        raise TimeoutError(f"The spool in {address} did not answer in time.") from error
    except redis.ConnectionError as error:
        raise ConnectionError(f"The spool in {address} cannot be reached: {error}") from error
    except redis.RedisError as error:
        raise OSError(f"The spool in {address} refuses: {error}") from error
