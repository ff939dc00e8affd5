"""
Which entries are stored: a row for each, from the commit of its batch until the spool has forgotten it.

Events are known by their ids as long as their rows are there; what came late may be deleted soon, and
items of other kinds bear no ids. So an entry that is handed out again, its digester having died between
storing and saying so, is known by its receipt, however old it is and whatever retention did meanwhile.
So is one that a worker still has in its hands which was so slow that another has taken it over.
"""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from django.db import Error as DatabaseError

from fireline.tracker.digest.statements import delete, insert
from fireline.tracker.models import Receipt


def fresh(using: str, entry_ids: Collection[str]) -> set[str]:
    """
    Those of these entries that are not stored; with this transaction they are.

    Of two workers that have one entry in their hands the second waits here for the first.
    """
    rows = insert(
        using,
        Receipt,
        ["entry_id"],
        [[entry_id] for entry_id in sorted(entry_ids)],
        "ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id",
    )
    return {found.hex if isinstance(found, UUID) else found for (found,) in rows}


def forget(using: str, entry_ids: Collection[str]) -> None:
    """The spool hands these out no more; where the database is away now, retention forgets them."""
    with suppress(DatabaseError):
        delete(using, Receipt, "entry_id", entry_ids)
