"""`manage.py migrate` is enough: the tracker's own database follows what is done in the default one."""

import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate

from fireline.tracker.databases import LABEL

_names: dict[str, Any] = {}


def install(app: Any) -> None:
    """
    Let the tracker's database be migrated when the default one was.

    Django records the migrations of an app in each database that it migrates, also where a router
    keeps the tables out: so what is recorded there says how far the tracker is meant to be.
    """
    _names.update({alias: _name(alias) for alias in connections})
    post_migrate.connect(_follow, sender=app, dispatch_uid="fireline.tracker.migrating")


def _follow(*, using: str, verbosity: int = 1, stdout: Any = None, **signal: Any) -> None:
    if using != DEFAULT_DB_ALIAS or "plan" not in signal:  # `flush` sends it, too
        return
    alias = _alias()
    wanted = _applied(using)
    if alias != using and _belong_together(using, alias) and _is_to_follow(alias, wanted, signal):
        out = OutputWrapper(sys.stdout) if stdout is None else stdout
        if verbosity:
            out.write(f"The tracker's own database, {alias}:")
        target = max(wanted, default="zero")
        call_command(
            "migrate", LABEL, target, database=alias, verbosity=verbosity, stdout=_raw(out)
        )
    if not wanted and any(step.app_label == LABEL for step, _ in signal["plan"]):
        _forget_models()


def _is_to_follow(alias: str, wanted: set[str], signal: dict[str, Any]) -> bool:
    """
    Whether this database has something to apply, or somebody has asked to take something back.

    A default database that is new, or an older copy, has not recorded what the tracker has: nobody
    has asked for the loss of all events then.
    """
    applied = _applied(alias)
    steps = signal["plan"]
    is_taken_back = any(step.app_label == LABEL and is_backwards for step, is_backwards in steps)
    # The signal does not tell of it; where nothing is meant to happen, no event goes.
    is_fake = any("--fake" in word for word in sys.argv)
    return bool(wanted - applied or (is_taken_back and not is_fake and applied - wanted))


def _raw(out: OutputWrapper) -> Any:
    """Where the command writes to, for another command: both would end each line."""
    write = partial(out.write, ending="")
    return SimpleNamespace(write=write, flush=out.flush, isatty=out.isatty)


def _alias() -> str:
    return router.db_for_write(apps.get_app_config(LABEL).get_model("Event"))


def _applied(alias: str) -> set[str]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return {name for label, name in applied if label == LABEL}


def _belong_together(*aliases: str) -> bool:
    """
    Whether all are the databases of the settings, or none.

    A test runner exchanges them one by one: that of tests never leads the real one.
    """
    return len({_name(alias) == _names.get(alias) for alias in aliases}) == 1


def _name(alias: str) -> Any:
    return connections.settings[alias].get(
        "NAME"
    )  # without a connection: there may be a fork to come


def _forget_models() -> None:
    """`migrate fireline_tracker zero` leaves nothing: no content types, and with them no permissions."""
    if not apps.is_installed("django.contrib.contenttypes"):
        return
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_types.filter(app_label=LABEL).delete()
    content_types.clear_cache()
