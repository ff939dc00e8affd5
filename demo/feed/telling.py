"""From an activity to everyone who has the feed open."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from customers.models import Activity
from django.db import transaction

import fireline

GROUP = "activities"


def on_activity(instance: Activity, created: bool, **_: Any) -> None:
    """Tell of a new activity, once it is really saved."""
    if created:
        transaction.on_commit(lambda: tell(instance))


@fireline.handle()  # an activity is noted, whether or not somebody can be told
def tell(activity: Activity) -> None:
    """Send it to the feed; the id of the request that has noted it goes with it."""
    message = {"type": "activity.noted", "activity": shown(activity)}
    async_to_sync(get_channel_layer().group_send)(GROUP, message)


def shown(activity: Activity) -> dict[str, str]:
    """What the page needs of it."""
    return {
        "kind": activity.get_kind_display(),
        "customer": str(activity.customer),
        "url": activity.customer.get_absolute_url(),
        "text": activity.text,
        "happened_at": activity.happened_at.isoformat(timespec="seconds"),
    }
