"""The spool that the settings name, one for each process."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import connections, router

from fireline import conf, rundir
from fireline.tracker.spool.entry import Spool
from fireline.tracker.spool.local import LocalSpool

_ALIAS = "tracker"
_MEGABYTE = 1024 * 1024
_SCHEMES = ("redis://", "rediss://", "unix://")

_spools: dict[bool, Spool] = {}
"""The one of this process; and the one of its start, while routers may not be asked where tables are."""


def spool() -> Spool:
    """
    The spool of this process, as the settings stand now; a forked child may use it as it is.

    Raises OSError where there is no place for it, and ImproperlyConfigured where an extra is missing.
    """
    found = _spools.get(apps.models_ready)
    if found is None:
        # Of two threads one wins; the other's has nothing open yet.
        found = _spools.setdefault(apps.models_ready, _made(conf.current()))
    return found


def directory() -> Path:
    """Where the local spool lies: as TRACKER_SPOOL says, beside the tracker's file, or in RUN_DIRECTORY."""
    settings = conf.current()
    if settings.TRACKER_SPOOL:
        return Path(settings.TRACKER_SPOOL).absolute()
    database = _file_of_database()
    if database is not None:
        return database.with_name(f"{database.name}.spool")
    return rundir.path() / "spool"


def is_redis(setting: str) -> bool:
    """Whether TRACKER_SPOOL names a Redis, not a directory."""
    return setting.startswith(_SCHEMES)


def _made(settings: conf.Settings) -> Spool:
    limit = int(settings.TRACKER_SPOOL_MB * _MEGABYTE)
    if is_redis(settings.TRACKER_SPOOL):
        try:
            from fireline.tracker.spool.streams import RedisSpool  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise ImproperlyConfigured(
                "FIRELINE['TRACKER_SPOOL'] names a Redis, which needs a library: "
                "pip install 'django-fireline[redis]'."
            ) from error
        return RedisSpool(settings.TRACKER_SPOOL, limit)
    return LocalSpool(directory(), limit)


def _file_of_database() -> Path | None:
    """The SQLite file of the tracker's tables; None where they are elsewhere, or in memory."""
    database = connections[_alias()].settings_dict
    name = str(database["NAME"])
    is_file = database["ENGINE"].endswith("sqlite3") and not name.startswith((":memory:", "file:"))
    return Path(name).absolute() if is_file and name else None


def _alias() -> str:
    if apps.models_ready and apps.is_installed("fireline.tracker"):
        return router.db_for_write(apps.get_model("fireline_tracker", "Issue"))
    return _ALIAS if _ALIAS in django_settings.DATABASES else "default"


def _forget(*, setting: str = "FIRELINE", **_: Any) -> None:
    if setting in {"FIRELINE", "DATABASES", "DATABASE_ROUTERS"}:
        while _spools:
            _spools.popitem()[1].close()


setting_changed.connect(_forget, dispatch_uid="fireline.tracker.spool")
