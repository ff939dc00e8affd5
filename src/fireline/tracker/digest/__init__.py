"""
From the spool into the database: batches of entries become events in issues, and figures.

`digest` takes one batch; `registry.register` adds a digester for another type of items, and
`outcomes.register` a receiver of what the events have changed.
"""

from fireline.tracker.digest import attachments, client_reports, feedback, registry, tails
from fireline.tracker.digest.batches import Digested, digest
from fireline.tracker.tails import ITEM

__all__ = ["Digested", "digest"]

registry.register("attachment", attachments.store)
registry.register("client_report", client_reports.store)
registry.register("feedback", feedback.store)
registry.register("user_report", feedback.store)
registry.register(ITEM, tails.store)
