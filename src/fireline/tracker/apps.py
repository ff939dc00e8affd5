"""The app of the tracker."""

from importlib import import_module

from django.apps import AppConfig

from fireline import conf
from fireline.tracker import migrating, payload
from fireline.tracker.grouping import rules


class TrackerConfig(AppConfig):
    """`fireline.tracker` in INSTALLED_APPS."""

    name = "fireline.tracker"
    label = "fireline_tracker"
    verbose_name = "Fireline's tracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `migrate` know the tracker's database, and digest where requests are served."""
        payload.require_zstd()
        rules.require(conf.current().TRACKER_FINGERPRINT_RULES)
        migrating.install(self)
        # Only now: they need the models.
        import_module("fireline.tracker.worker.thread").install()
        digesters = import_module("fireline.tracker.digest.registry").DIGESTERS
        import_module("fireline.tracker.ingest.answers").tell_of(digesters)
