"""The end of a storm that no event has followed: an item that tells how many came behind the last."""

import orjson

from fireline.tracker.envelope import Item
from fireline.tracker.storms import believed

ITEM = "fireline_storm"
"""The kind of these items; they come from this service alone."""


def item_of(event_id: str, not_captured: int) -> Item:
    """That so many failures came behind this event, like it, and became no events."""
    payload = orjson.dumps({"event_id": event_id, "not_captured": not_captured})
    return Item(header={"type": ITEM, "length": len(payload)}, payload=payload)


def told_by(item: Item) -> tuple[str, int]:
    """What `item_of` was given."""
    told = orjson.loads(item.payload)
    return str(told["event_id"]), believed(told["not_captured"])
