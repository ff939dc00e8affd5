"""One batch: taken from the spool, read, stored in one transaction, told, and forgotten by the spool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from django.db import Error as DatabaseError
from django.db import router

from fireline.tracker.digest import outcomes, receipts
from fireline.tracker.digest.arrivals import Contents, contents
from fireline.tracker.digest.aside import set_aside
from fireline.tracker.digest.complaints import complain
from fireline.tracker.digest.faults import Fault, fault_of
from fireline.tracker.digest.transactions import committed
from fireline.tracker.models import Event
from fireline.tracker.spool import Spool, Taken

MOST_ATTEMPTS = 3
"""An entry that was taken more often kills its digesters; from the second time on it is taken alone."""


class DeadlyError(Exception):
    """The digester has died of this entry, again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """What a batch was."""

    taken: int = 0
    """Entries."""
    stored: int = 0
    """Events that are stored now."""
    repeated: int = 0
    """Events that were stored already."""
    homeless: int = 0
    """Entries of projects that there are not; they are dropped."""
    set_aside: int = 0
    """Entries that could not be digested."""

    def __add__(self, other: "Digested") -> "Digested":
        names = [field.name for field in fields(self)]
        return Digested(**{name: getattr(self, name) + getattr(other, name) for name in names})


def digest(
    spool: Spool, limit: int = 200, breathe: Callable[[], object] = lambda: None
) -> Digested:
    """
    Digest at most so many entries; nothing of them is lost or counted twice, whatever dies.

    `breathe` is called after each entry, where others may want the interpreter. An entry that cannot
    be digested is set aside. Raises django.db.Error where the database cannot be used now: the
    entries are back in the spool then.
    """
    taken = spool.take(limit)
    if not taken:
        return Digested()
    using = router.db_for_write(Event)
    try:
        digested = _digested(using, taken, breathe)
    except DatabaseError:
        spool.give_back(taken)
        raise
    except BaseException:
        spool.close()  # not given back: it may have failed of one of them, and each attempt is to count
        raise
    if spool.done(taken):
        receipts.forget(using, [each.entry.id for each in taken])
    return digested


def _digested(using: str, group: Sequence[Taken], breathe: Callable[[], object]) -> Digested:
    total = Digested(taken=len(group))
    readable: list[Contents] = []
    for taken in group:
        try:
            if taken.attempts > MOST_ATTEMPTS:
                raise DeadlyError(f"It was taken {taken.attempts - 1} times and never done.")
            readable.append(contents(taken.entry))
        except Exception as error:
            set_aside(using, taken.entry, error)
            total += Digested(set_aside=1)
        breathe()
    return total + _stored(using, readable)


def _stored(using: str, batch: Sequence[Contents]) -> Digested:
    """Store the batch; where an entry is at fault, half of it, and so on down to the culprit."""
    if not batch:
        return Digested()
    try:
        changes = committed(using, batch)
    except Exception as error:
        fault = fault_of(error)
        if fault is Fault.DATABASE or (fault is Fault.SIZE and len(batch) == 1):
            raise
        if len(batch) == 1:
            set_aside(using, batch[0].entry, error)
            return Digested(set_aside=1)
        middle = len(batch) // 2
        return _stored(using, batch[:middle]) + _stored(using, batch[middle:])
    if changes.homeless:
        complain(
            "What was sent to projects that there are not is dropped; fireline_dsn shows those there are."
        )
    outcomes.tell(changes.stored)
    return Digested(
        stored=len(changes.stored), repeated=changes.repeated, homeless=changes.homeless
    )
