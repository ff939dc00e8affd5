"""The app of the tracker."""

from django.apps import AppConfig

from fireline.tracker import migrating


class TrackerConfig(AppConfig):
    """`fireline.tracker` in INSTALLED_APPS."""

    name = "fireline.tracker"
    label = "fireline_tracker"
    verbose_name = "Fireline's tracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `migrate` know the tracker's database."""
        migrating.install(self)
