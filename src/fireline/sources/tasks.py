"""
Django's tasks, of Django 6 and of the backport `django-tasks`: what Celery's source does, for them.

The id of the request travels beside the task (see `carried`).
"""

import sys
from collections.abc import Mapping
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from fireline.errors import guarded, tell
from fireline.scope import Scope, bound, current, enter, inside
from fireline.sources import carried
from fireline.sources.arguments import arguments_of

Place = tuple[Scope | None, Mapping[str, Any]]

_outer: ContextVar[tuple[tuple[str, Place], ...]] = ContextVar("fireline_outer", default=())
"""The tasks that run here, and where each has begun: an immediate one runs inside of a request."""

_in_place: set[type] = set()
"""Backends that run a task where it is enqueued, or never: nothing need be carried to it."""


def on_enqueued(*, sender: object, task_result: Any, **_: Any) -> None:
    """Send the id of the current scope with the task."""
    scope = current()
    if scope is not None and not _runs_in_place(sender):
        guarded(carried.send, str(task_result.id), scope.correlation_id)


def on_started(*, sender: object, task_result: Any, **_: Any) -> None:
    """Enter the scope of the task that begins."""
    task_id = str(task_result.id)
    _outer.set((*_outer.get(), (task_id, (current(), bound()))))
    guarded(_enter, sender, task_result, task_id)


def _enter(sender: object, task_result: Any, task_id: str) -> None:
    outer, values = current(), _values_of(task_result)
    if outer is not None and _runs_in_place(sender):
        enter(outer, {**bound(), **values})
    else:
        enter(_scope_of(task_id), values)


def _runs_in_place(sender: object) -> bool:
    backend = sender if isinstance(sender, type) else type(sender)  # some send themselves
    return issubclass(backend, tuple(_in_place))


def on_finished(*, task_result: Any, **_: Any) -> None:
    """Tell of a task that has failed, and go back to where it has begun."""
    if task_result.status == "FAILED":
        guarded(_tell, task_result)
    outer = _outer.get()
    if outer and outer[-1][0] == str(task_result.id):
        _outer.set(outer[:-1])
        enter(*outer[-1][1])


def _tell(task_result: Any) -> None:
    """Where the exception is not at hand any more, its class and traceback tell of it."""
    exception = sys.exc_info()[1]
    context: dict[str, Any] = {
        **_values_of(task_result),
        "arguments": arguments_of(
            task_result.task.func,
            [*([None] if task_result.task.takes_context else []), *task_result.args],
            task_result.kwargs,
        ),
    }
    if exception is None and task_result.errors:
        last = task_result.errors[-1]
        context |= {"text": last.exception_class_path, "traceback": last.traceback}
    is_here = any(task_id == str(task_result.id) for task_id, _ in _outer.get())
    scope = current() if is_here else None
    with inside(scope or _scope_of(str(task_result.id))):
        tell(exception, context=context)


def _values_of(task_result: Any) -> dict[str, Any]:
    """What every log line and report of a task says of it."""
    return {
        "task": task_result.task.module_path,
        "task_id": str(task_result.id),
        "retries": max(task_result.attempts - 1, 0),
    }


def _scope_of(task_id: str) -> Scope:
    scope = Scope(guarded(carried.received, task_id) or "")
    scope.is_logged = True  # the line on `django.tasks` about a failure says nothing more
    return scope


def install() -> None:
    """Connect the signals of Django's own tasks and of the backport, where there are any."""
    # By name: Django 5.2 has none, and the backport is another package of the same kind.
    packages = ["django.tasks"] if find_spec("django.tasks") else []
    packages += ["django_tasks"] if apps.is_installed("django_tasks") else []
    for package in packages:
        signals = import_module(f"{package}.signals")
        _in_place.add(import_module(f"{package}.backends.immediate").ImmediateBackend)
        _in_place.add(import_module(f"{package}.backends.dummy").DummyBackend)
        uid = f"fireline.{package}"
        signals.task_enqueued.connect(on_enqueued, dispatch_uid=uid)
        signals.task_started.connect(on_started, dispatch_uid=uid)
        signals.task_finished.connect(on_finished, dispatch_uid=uid)
