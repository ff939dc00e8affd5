"""The live feed."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class FeedConfig(AppConfig):
    """Tells the feed of each new activity."""

    name = "feed"

    def ready(self) -> None:
        """Hear of what is saved."""
        from feed.telling import on_activity  # noqa: PLC0415 (models are there only now)

        post_save.connect(on_activity, sender="customers.Activity", dispatch_uid="feed.on_activity")
