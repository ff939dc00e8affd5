"""`manage.py fireline_forget_messages`: the trail of long ago is deleted."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from fireline.communication import store


class Command(BaseCommand):
    """Deletes attempts that began more than so many days ago; their keys could then be sent again."""

    help = "Delete the trail of messages that are older than --days (90)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old they are."""
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *_: Any, days: int, **__: Any) -> None:
        """Delete them, and say how many these were."""
        count = store.forget(timezone.now() - timedelta(days=days))
        self.stdout.write(f"{count} attempts were deleted.")
