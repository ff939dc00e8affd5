"""The app of the trail: one table, for CommunicationManager."""

from django.apps import AppConfig
from django.core import checks


class CommunicationConfig(AppConfig):
    """`fireline.communication` in INSTALLED_APPS."""

    name = "fireline.communication"
    label = "fireline_communication"
    verbose_name = "Fireline's messages"

    def ready(self) -> None:
        """Let manage.py check say what is missing."""
        from fireline.communication.configured import check  # noqa: PLC0415 (settings are there only now)

        checks.register(check)
