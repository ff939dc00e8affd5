"""Every check there is: Fireline's, those of HEALTH_CHECKS, and those that were registered."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.cache import caches
from django.core.signals import setting_changed
from django.db import connections

from fireline import conf
from fireline.health import cache, database, disk, memory, migrations, plugin
from fireline.health.check import Check, Function

_registered: dict[str, Function] = {}
_made: dict[str, Check] = {}


def register(name: str, function: Function) -> None:
    """
    Let /health/ ask this function, too; it returns a dict of details, None or a Reading, and raises to fail.

    It runs in a thread of its own, within HEALTH_TIMEOUT, at most once in HEALTH_CACHE_SECONDS. A
    second one of the same name, also of a name of Fireline's, takes the place of the first.
    """
    _registered[name] = function
    _made.pop(name, None)


def unregister(name: str) -> None:
    """Forget the function of this name."""
    _registered.pop(name, None)
    _made.pop(name, None)


def names() -> list[str]:
    """The names of all checks."""
    return list(_functions())


def named(wanted: Iterable[str]) -> list[Check]:
    """The checks of these names; one that nobody knows fails."""
    # Two threads that ask at once get the same check, or each would have a run of its own.
    return [_made.get(name) or _made.setdefault(name, _check(name)) for name in wanted]


def _check(name: str) -> Check:
    function = _functions().get(name) or partial(_unknown, name)
    return Check(name, function, keep=migrations.KEEP if function is migrations.ask else 0.0)


def _functions() -> dict[str, Function]:
    return {
        **{_title("database", alias): partial(database.ask, alias) for alias in connections},
        **{_title("cache", alias): partial(cache.ask, alias) for alias in caches},
        "memory": memory.ask,
        "disk": disk.ask,
        "migrations": migrations.ask,
        **{name: partial(plugin.ask, path) for name, path in conf.current().HEALTH_CHECKS.items()},
        **_registered,
    }


def _title(what: str, alias: str) -> str:
    return what if alias == "default" else f"{what}:{alias}"


def _unknown(name: str) -> None:
    raise LookupError(f"There is no check {name!r}. There are {', '.join(names())}.")


def _forget(*, setting: str, **_: Any) -> None:
    if setting in {"FIRELINE", "DATABASES", "CACHES", "MIGRATION_MODULES"}:
        _made.clear()


setting_changed.connect(_forget, dispatch_uid="fireline.health")
