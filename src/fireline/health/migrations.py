"""Whether the database is as the code expects it."""

import pkgutil
from importlib import import_module

from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from fireline.health.readings import Reading, Status

KEEP = 30.0
"""Seconds; they change with a release, not with a request."""

_SHOWN = 20


def ask() -> Reading:
    """Degraded where migrations of the default database are not applied, with their names."""
    connection = connections["default"]
    if connection.settings_dict["ENGINE"] == "django.db.backends.dummy":
        return Reading(message="No database is configured")
    applied = set(MigrationRecorder(connection).applied_migrations())
    # To read every migration is slow; most of the time their names say all. Where one seems to be
    # missing, it may be squashed: then Django decides.
    if _names() <= applied:
        return Reading(message="Migrations OK")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unapplied = [str(migration) for migration, _ in plan]
    if not unapplied:
        return Reading(message="Migrations OK")
    return Reading(
        message=f"{len(unapplied)} migration{'s' if len(unapplied) > 1 else ''} not applied",
        status=Status.DEGRADED,
        details={"unapplied": unapplied[:_SHOWN], "unapplied_count": len(unapplied)},
    )


def _names() -> set[tuple[str, str]]:
    """Each migration on the disk, by app and name; as Django's loader finds them."""
    found = set()
    for app in apps.get_app_configs():
        module, explicit = MigrationLoader.migrations_module(app.label)
        if module is None:
            continue
        try:
            package = import_module(module)
        except ModuleNotFoundError:
            if explicit:
                raise
            continue
        found |= {
            (app.label, name)
            for _, name, is_package in pkgutil.iter_modules(getattr(package, "__path__", ()))
            if not is_package and name[0] not in "_~"
        }
    return found
