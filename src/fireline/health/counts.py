"""Figures of the database that operators like to see beside its health."""

from collections.abc import Callable
from typing import Any

from django.core.signals import setting_changed
from django.db import connections

from fireline import conf
from fireline.errors import guarded
from fireline.health.check import read
from fireline.health.readings import Reading, safe
from fireline.timed import Finding, Run, Timed

Count = Callable[[], int]

_counts: dict[str, Count] = {}


def register_count(name: str, count: Count) -> None:
    """
    Let the details of `database` say this count, too, such as `customer_count`.

    It is asked by /health/ alone, and stands for BUSINESS_CACHE_SECONDS. One that fails or takes too
    long is None, and says nothing of the database's health.
    """
    _counts[name] = count
    _timed.forget()


def unregister_count(name: str) -> None:
    """Forget the count of this name."""
    _counts.pop(name, None)


def start() -> Run[Reading] | None:
    """What they are, or will be found to be; None where there are none."""
    if not _counts:
        return None
    if is_in_transaction():
        run: Run[Reading] = Run()
        run.set_result(Finding(value=Reading(details=safe(_counted()))))
        return run
    settings = conf.current()
    return _timed.start(settings.BUSINESS_CACHE_SECONDS, settings.HEALTH_TIMEOUT)


def counted(finding: Finding[Reading]) -> dict[str, Any]:
    """Each count by its name; None where it was not found."""
    found = finding.value.details if finding.value is not None else {}
    return {name: found.get(name) for name in _counts}


def is_in_transaction() -> bool:
    """Whether this thread is inside of one: a test case's, whose rows no other thread can see."""
    return any(connection.in_atomic_block for connection in connections.all(initialized_only=True))


def _counted() -> dict[str, int | None]:
    return {name: guarded(count) for name, count in _counts.items()}


_timed: Timed[Reading] = Timed(lambda: read(_counted))


def _forget(*, setting: str, **_: Any) -> None:
    if setting in {"FIRELINE", "DATABASES"}:
        _timed.forget()


setting_changed.connect(_forget, dispatch_uid="fireline.health.counts")
