"""
Who digests which items: `register("transaction", store_transactions)`, and they arrive in batches.

A digester is called once for each batch, inside of its transaction, with everything of its type that
has arrived; it is given each item exactly once, whatever dies between. What it raises puts the batch
back and ends with the entry at fault set aside. Items that have no digester are counted by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fireline.tracker.envelope import Item
from fireline.tracker.spool import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An item for a digester, and how it came."""

    project_id: int
    item: Item
    number: int
    """Which of its envelope it is."""
    event_id: str
    """The event that its envelope names; may be empty."""
    entry: Entry


Digester = Callable[[Sequence[Received], str], None]
"""Stores these, with the database alias of the tracker."""

DIGESTERS: dict[str, Digester] = {}


def register(item_type: str, digester: Digester) -> None:
    """Hand items of this type to the digester from now on."""
    DIGESTERS[item_type] = digester
