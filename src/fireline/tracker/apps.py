"""The app of the tracker."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """`fireline.tracker` in INSTALLED_APPS."""

    name = "fireline.tracker"
    label = "fireline_tracker"
    verbose_name = "Fireline's tracker"
    default_auto_field = "django.db.models.BigAutoField"
