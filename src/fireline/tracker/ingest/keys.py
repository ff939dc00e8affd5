"""
The keys by which clients may send, known without asking the database while a client waits.

All keys are read together, in a thread of their own, every few seconds; so a flood of invented keys
costs no query each and fills no memory. What was read last stays good while the database is away, and
lies in a file beside the spool for processes that start meanwhile.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import Any

import orjson
from django.core.signals import setting_changed
from django.db import connections, router

from fireline import conf, rundir
from fireline.timed import Timed
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.models import Key
from fireline.tracker.spool import chosen

log = logging.getLogger("fireline.tracker")

KEEP = 5.0
"""Seconds that what was read is taken for fresh: so long may a key live on that was switched off."""

LOOK_AGAIN = 1.0
"""Seconds after which it is read again for a key that is not among them."""

WITH_KEY = 0.1
"""Seconds that a client whose key is known waits at most, for it may have been switched off."""

WITHOUT_KEY = 1.0
"""Seconds that a client whose key is not known waits at most, for it may have been made just now."""

MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a key allows."""

    key: str
    project: str
    """The project's number, as in a DSN."""
    allowed_origins: tuple[str, ...] = ()
    events_per_minute: int | None = None


Book = Mapping[str, Admission]


class Keys:
    """All active keys, as this process knows them."""

    def __init__(self) -> None:
        self._looking: Timed[None] = Timed(self._look)
        self.forget()

    def forget(self) -> None:
        """Know nothing, until the next client comes."""
        self._looking.forget()
        self._book: Book | None = None
        self._read_at = float("-inf")
        self._complained_at = float("-inf")

    def admission(self, key: str) -> Admission:
        """
        What this key allows; raises Refused.

        For a key that is known the database is asked every KEEP, for another every LOOK_AGAIN, and
        waited for as long as WITH_KEY and WITHOUT_KEY say: by those who come first. While it hangs,
        all others have their answer at once.
        """
        if self._book is None:
            self._book = from_file()
        known = self._book.get(key)
        age = monotonic() - self._read_at
        if known is not None:
            if age <= KEEP or not self._looked(WITH_KEY):
                return known
        elif age > LOOK_AGAIN and not self._looked(WITHOUT_KEY):
            raise Refused(
                503,
                "database",
                "The tracker's database does not answer, and without it this key is not known.",
                retry_after=10.0,
            )
        found = self._book.get(key)
        if found is None:
            raise Refused(403, "unknown_key", "There is no such key, or it was switched off.")
        return found

    def _looked(self, limit: float) -> bool:
        """Whether the keys could be read within the limit."""
        return self._looking.start(keep=LOOK_AGAIN).within(limit).error is None

    def _look(self) -> None:
        try:
            self._book = read()
        except Exception as error:
            if monotonic() - self._complained_at >= 60.0:
                self._complained_at = monotonic()
                log.warning("The tracker cannot read its keys, and goes on without: %s", error)
            raise
        self._read_at = monotonic()


def read() -> Book:
    """All active keys, from the database."""
    alias = router.db_for_read(Key)
    with _connection(alias):
        rows = (
            Key.objects.using(alias)
            .filter(is_active=True)
            .order_by("-id")
            .values_list("public_key", "project_id", "allowed_origins", "events_per_minute")
        )
        book = {
            public_key: Admission(
                key=public_key,
                project=str(project_id),
                allowed_origins=_texts(origins),
                events_per_minute=quota,
            )
            for public_key, project_id, origins, quota in rows[:MOST_KEYS]
        }
    _keep(book)
    return book


@contextmanager
def _connection(alias: str) -> Iterator[None]:
    """The connection of this thread, closed at once: one that was lost while it lay idle would hang."""
    try:
        yield
    finally:
        connections[alias].close()


def from_file() -> Book:
    """The keys that any process of this host has read last; none where there is no such file."""
    try:
        found = orjson.loads(_file().read_bytes())
        return {
            each["key"]: Admission(**{**each, "allowed_origins": _texts(each["allowed_origins"])})
            for each in found
        }
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _keep(book: Book) -> None:
    """Write the keys where other processes find them, where they have changed."""
    content = orjson.dumps([asdict(each) for each in book.values()])
    with suppress(OSError):  # full or read-only: processes that start ask the database
        file = _file()
        if file.exists() and file.read_bytes() == content:
            return
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.{token_hex(8)}")
        new.touch(mode=0o600, exist_ok=False)
        new.write_bytes(content)
        new.replace(file)


def _file() -> Path:
    """Beside the entries of a local spool, for it outlives a restart; else in RUN_DIRECTORY."""
    is_elsewhere = chosen.is_redis(conf.current().TRACKER_SPOOL)
    return (rundir.path() if is_elsewhere else chosen.directory()) / "keys.json"


def _texts(given: Any) -> tuple[str, ...]:
    """What an administrator has typed in; what is no list is one text, for none would let all pages send."""
    if isinstance(given, (list, tuple)):
        return tuple(str(each) for each in given)
    return (str(given),) if given else ()


keys = Keys()
"""Those of this process."""


def _forget(*, setting: str, **_: Any) -> None:
    if setting in {"FIRELINE", "DATABASES", "DATABASE_ROUTERS"}:
        keys.forget()


setting_changed.connect(_forget, dispatch_uid="fireline.tracker.ingest.keys")
