"""
A spool in a stream of Redis or Valkey: for hosts without a disk, and for digesters on many hosts.

What Redis has answered for is as safe as its append-only file: `appendfsync always` loses nothing,
`everysec` what came in the last second before a crash of Redis, and without `appendonly yes` a
restart loses all.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from weakref import WeakSet

import psutil
import redis

from fireline.tracker.spool import stream_scripts as scripts
from fireline.tracker.spool.circuit import Circuit
from fireline.tracker.spool.entry import (
    TAKEN_BYTES,
    Depth,
    Entry,
    FullError,
    Taken,
    crowded,
    limit_of_clients,
)
from fireline.tracker.spool.stream_connection import ACCEPTING, address_of, client, translated
from fireline.tracker.spool.stream_entries import size_of, taken_of, written

STREAM = "{fireline}:spool"
BYTES = "{fireline}:spool:bytes"
HELD = "{fireline}:spool:held"
"""How many bytes of each key wait. The braces let all lie on one node of a cluster."""
GROUP = "digest"

_log = logging.getLogger(__name__)

_DIGESTING = 10.0
_FORGET_EVERY = 60.0
_INHERIT_EVERY = 2.0
_FORGOTTEN_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Durability:
    """How a Redis is set up."""

    is_written_down: bool
    """Whether it has an append-only file."""
    evicts: str
    """What it deletes when its memory is full; `noeviction` deletes nothing."""


class RedisSpool:
    """
    Entries in a stream, shared by all hosts; `limit` is in bytes.

    Any number of digesters share the work. What one has in its hands for longer than `claim_after`
    seconds is another's: it is dead, or as slow as one; on the same host that is known within two
    seconds. Safe for threads and over forks.
    """

    def __init__(self, url: str, limit: int, claim_after: float = 60.0) -> None:
        self.limit = limit
        self._url = url
        self._idle = int(claim_after * 1000)
        self._circuit = Circuit()
        self._begin()
        _open.add(self)

    def put(self, entry: Entry) -> None:
        """Accept this entry; raises FullError, or OSError where Redis does not answer in a second."""
        limit = limit_of_clients(self.limit) if entry.key else self.limit
        with self._circuit.closed(self._address), translated(self._address):
            try:
                answer = self._put(args=[size_of(entry), limit, entry.key, *written(entry)])
            except redis.exceptions.OutOfMemoryError as error:
                raise FullError(f"The Redis {self._address} has no memory left: {error}") from error
        if answer == b"crowded":
            raise crowded(f"in {self._address}")
        if answer == b"full":
            raise FullError(
                f"The spool in {self._address} is full: {limit / 1024**2:.4g} MB wait for the digest. "
                "See whether manage.py fireline_worker runs, or raise FIRELINE['TRACKER_SPOOL_MB']."
            )

    def take(self, limit: int, max_bytes: int = TAKEN_BYTES) -> Sequence[Taken]:
        """At most so many, the oldest first; what dead digesters had, and what was given back, before."""
        with translated(self._address):
            self._forget_consumers()
            self._inherit()
            arguments = [GROUP, self._consumer, self._idle, limit, max_bytes]
            found = self._in_group(lambda: self._take(args=arguments))
            return [taken for each in found if (taken := self._known(*each))]

    def done(self, taken: Sequence[Taken]) -> bool:
        """Forget these: they are stored. False where a worker that was too slow may have them in its hands, too."""
        places = [
            part for each in taken for part in (each.place.id, each.place.size, each.place.key)
        ]
        with translated(self._address):
            is_ours = self._in_group(lambda: self._done(args=[GROUP, self._consumer, *places]))
        return bool(is_ours) and all(each.attempts == 1 for each in taken)

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Let these be taken again: they could not be stored now."""
        places = [part for each in taken for part in (each.place.id, each.attempts - 1)]
        with translated(self._address):
            arguments = [GROUP, self._consumer, self._idle, *places]
            self._in_group(lambda: self._give_back(args=arguments))

    def depth(self) -> Depth:
        """How much waits."""
        with translated(self._address):
            entries, size, oldest = self._depth()
        milliseconds = oldest.partition(b"-")[0]
        return Depth(
            entries=entries,
            bytes=int(size),
            oldest_at=int(milliseconds) / 1000 if milliseconds else None,
        )

    def durability(self) -> Durability:
        """What a crash of this Redis, or want of memory, would take with it."""
        with translated(self._address):
            found = self._digesting.info()
        return Durability(
            is_written_down=bool(found.get("aof_enabled")),
            evicts=found.get("maxmemory_policy", "noeviction"),
        )

    def close(self) -> None:
        """Let go of the connections; what was put stays, and what comes later opens them again."""
        for connected in (self._accepting, self._digesting):
            with suppress(redis.RedisError, OSError):
                connected.close()

    def _known(self, place: bytes, attempts: int, pairs: Sequence[bytes]) -> Taken | None:
        """The entry; None, and gone from the stream, where it is nobody's that we know."""
        try:
            return taken_of(place, attempts, pairs)
        except (KeyError, ValueError) as error:
            _log.warning("An entry of the stream %s is none of Fireline's: %r", STREAM, error)
            self._done(args=[GROUP, self._consumer, place, 0, ""])
            return None

    def _begin(self) -> None:
        self._accepting = client(self._url, ACCEPTING)
        self._digesting = client(self._url, _DIGESTING)
        self._address = address_of(self._accepting)
        self._host = f"{socket.gethostname()}-"
        self._consumer = f"{self._host}{os.getpid()}-{token_hex(4)}"
        self._forget_at = time.monotonic() + _FORGET_EVERY
        self._inherit_at = 0.0
        self._put = self._script(self._accepting, scripts.PUT)
        self._take = self._script(self._digesting, scripts.TAKE)
        self._done = self._script(self._digesting, scripts.DONE)
        self._give_back = self._script(self._digesting, scripts.GIVE_BACK)
        self._depth = self._script(self._digesting, scripts.DEPTH)
        self._forget = self._script(self._digesting, scripts.FORGET_CONSUMERS)
        self._of_host = self._script(self._digesting, scripts.OF_HOST)
        self._take_over = self._script(self._digesting, scripts.INHERIT)

    @staticmethod
    def _script(connected: Any, text: str) -> Callable[..., Any]:
        script = connected.register_script(text)

        def run(args: Sequence[Any] = ()) -> Any:
            return script(keys=[STREAM, BYTES, HELD], args=args)

        return run

    def _in_group(self, run: Callable[[], Any]) -> Any:
        try:
            return run()
        except redis.ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        with suppress(redis.ResponseError):  # another digester has just made it
            self._digesting.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        return run()

    def _forget_consumers(self) -> None:
        now = time.monotonic()
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            arguments = [GROUP, int(_FORGOTTEN_AFTER * 1000)]
            self._in_group(lambda: self._forget(args=arguments))

    def _inherit(self) -> None:
        """
        Take what workers of this host had in their hands that run no more, without waiting for it.

        Hosts and containers have names of their own; where two share one, an entry may be taken
        twice, which every digester can stand.
        """
        now = time.monotonic()
        if now >= self._inherit_at:
            self._inherit_at = now + _INHERIT_EVERY
            names = self._in_group(lambda: self._of_host(args=[GROUP, self._host]))
            if dead := [name for name in names if not _runs(name, self._host)]:
                self._take_over(args=[GROUP, self._consumer, self._idle, *dead])


def _runs(name: bytes, host: str) -> bool:
    """Whether the process of this worker is still there, or somebody else's under its number."""
    process = name.decode().removeprefix(host).partition("-")[0]
    return process.isdecimal() and psutil.pid_exists(int(process))


_open: WeakSet[RedisSpool] = WeakSet()


def _begin_anew() -> None:
    """In a forked child: connections are the parent's, and so is its name among the digesters."""
    for spool in _open:
        spool._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
