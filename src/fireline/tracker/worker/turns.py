"""The loop of a digester: batch after batch, a little upkeep between them, and patience in trouble."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from fireline.tracker import models, retention
from fireline.tracker.digest import Digested, digest
from fireline.tracker.digest.complaints import complain
from fireline.tracker.spool import spool

IDLE = 0.5
"""Seconds until the next look into a spool in which nothing was; an event is seen so much later."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
"""Seconds until the next try, doubled from the first to the longest, while something fails."""
BETWEEN = 0.02
"""Seconds between two steps of retention while nothing waits in the spool."""

HEARERS: list[Callable[[Digested], object]] = []
"""Told of each batch: `fireline.tracking` counts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a digester behaves towards those it shares its process with."""

    batch: int
    """Entries in one transaction."""
    breathe: Callable[[], object]
    """Called after each entry."""


ALONE = Manners(batch=200, breathe=lambda: None)
"""In a process of one's own there is nobody to be kind to."""


class Turns:
    """The state of one loop: it knows how long to wait, and never raises."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._pause = 0.0
        self.is_in_trouble = False

    def run(self, stop: Event, told: Callable[[Digested], object] = lambda _: None) -> None:
        """Digest until `stop` is set; `told` hears of each batch."""
        while not stop.is_set():
            digested, seconds = self.take()
            told(digested)
            if seconds:
                stop.wait(seconds)

    def take(self) -> tuple[Digested, float]:
        """One turn: a batch, and a step of retention; and the seconds until the next."""
        try:
            digested = digest(spool(), self._manners.batch, self._manners.breathe)
        except Exception as error:
            complain(f"The tracker cannot digest now: {type(error).__name__}.", error)
            _close_connection()
            self.is_in_trouble = True
            self._pause = min(2 * self._pause or FIRST_PAUSE, LONGEST_PAUSE)
            return Digested(), self._pause
        self.is_in_trouble = False
        self._pause = 0.0
        _tell(digested)
        is_clear = _cleared()
        _forget_queries()
        if digested.taken:
            return digested, 0.0
        if not is_clear:
            return digested, BETWEEN
        _let_go()
        return digested, IDLE


def _tell(digested: Digested) -> None:
    for hear in HEARERS if digested.taken else ():
        try:
            hear(digested)
        except Exception as error:
            complain("Whoever hears of the digest failed.", error)


def _cleared() -> bool:
    """Whether retention has nothing more to do now, after one step of it."""
    try:
        return retention.step().is_over
    except Exception as error:
        complain(f"The tracker cannot clear up now: {type(error).__name__}.", error)
        _close_connection()
        return True


def _connection() -> BaseDatabaseWrapper:
    return connections[router.db_for_write(models.Event)]


def _let_go() -> None:
    """Close the connection where CONN_MAX_AGE says so, as at the end of a request."""
    try:
        _connection().close_if_unusable_or_obsolete()
    except Exception:
        _close_connection()


def _close_connection() -> None:
    try:
        _connection().close()
    except Exception as error:
        complain("The tracker's connection does not close.", error)


def _forget_queries() -> None:
    """With DEBUG Django keeps each statement until the next request; here none comes."""
    for connection in connections.all(initialized_only=True):
        connection.queries_log.clear()
