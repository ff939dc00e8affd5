"""
Celery: the request's id travels with a task, each task has a scope, a failed one is told once.

The id travels in a header of the message, never in an argument.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from celery import Task, signals
from celery.exceptions import TaskPredicate

from fireline.errors import Severity, guarded, tell
from fireline.logs.lines import JsonLines
from fireline.logs.once import is_told, mark_as_told
from fireline.logs.text import TextLines
from fireline.scope import Scope, bound, current, enter, inside
from fireline.scope.ids import correlation_id_of
from fireline.sources.arguments import arguments_of

HEADER = "fireline_correlation_id"

Place = tuple[Scope | None, Mapping[str, Any]]

_outer: ContextVar[tuple[Place, ...]] = ContextVar("fireline_outer_tasks", default=())
"""Where each task that runs here has begun: an eager task runs inside of a request or of another task."""


def on_publish(*, headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Give the message the id of the scope that sends it."""
    scope = current()
    if scope is not None and headers is not None:
        headers.setdefault(HEADER, scope.correlation_id)


def on_prerun(*, task: Task, **_: Any) -> None:
    """Enter the scope of the task that begins."""
    _outer.set((*_outer.get(), (current(), bound())))
    guarded(_enter, task.request)


def _enter(request: Any) -> None:
    outer = current()
    values = values_of(request.task, request.id, request.retries)
    if request.is_eager and outer is not None:
        enter(outer, {**bound(), **values})
    else:
        enter(scope_of(request.get), values)


def on_postrun(**_: Any) -> None:
    """Go back to where the task has begun."""
    if outer := _outer.get():
        _outer.set(outer[:-1])
        enter(*outer[-1])


def on_failure(
    *,
    sender: Task,
    task_id: str,
    exception: BaseException,
    args: Sequence[Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    **_: Any,
) -> None:
    """
    Tell of a task that has failed for good; a retry is announced by another signal.

    Also of what Celery itself fails at around a task, such as to store its result.
    """
    # What a task raises to be ignored or rejected is an order to the worker.
    if not isinstance(exception, TaskPredicate):
        guarded(_tell, sender, task_id, exception, args or (), kwargs or {})


def _tell(
    task: Task,
    task_id: str,
    exception: BaseException,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> None:
    scope = current() or scope_of({"root_id": task_id}.get)
    if _outer.get():  # in the task, where Celery may show a copy that can be pickled
        exception = sys.exc_info()[1] or exception
    elif scope.told or is_told(exception) or is_told(exception.__context__):
        return  # Celery says twice that time was up, and then that it could not store that
    is_expected = bool(task.throws) and isinstance(exception, task.throws)
    context = {
        "task": task.name,
        "task_id": task_id,
        "arguments": arguments_of(task.run, args, kwargs),
    }
    with inside(scope):
        tell(exception, severity=Severity.LOW if is_expected else None, context=context)
    if not _outer.get():
        mark_as_told(exception)


def values_of(name: str, task_id: str, retries: int) -> dict[str, Any]:
    """What every log line and report of a task says of it."""
    return {"task": name, "task_id": task_id, "retries": retries}


def scope_of(header: Any) -> Scope:
    """
    The scope of a task whose headers this function reads.

    Who sent it outside of a scope, as `celery beat` does, has given it no id: then it is that of the
    first task of its chain, and stays the same when the message is delivered again.
    """
    ids = {"HTTP_X_CORRELATION_ID": header(HEADER), "HTTP_X_REQUEST_ID": header("root_id")}
    scope = Scope(correlation_id_of({name: str(given) for name, given in ids.items() if given}))
    scope.is_logged = True  # Celery's own line about a failure says nothing more
    return scope


def keep_logging(**_: Any) -> None:
    """A receiver of `setup_logging`: a worker that finds one leaves LOGGING as it is."""


def _logs_with_fireline() -> bool:
    handlers = logging.getLogger().handlers
    return any(isinstance(handler.formatter, (JsonLines, TextLines)) for handler in handlers)


def install() -> None:
    """
    Connect Celery's signals, in the service that sends tasks and in the worker that runs them.

    `fireline.apps` does so where Celery has been imported by the time that Django is set up, as by
    the project's `__init__.py` that Celery's manual shows. Where it is imported later, call this.
    """
    connected = {
        signals.before_task_publish: on_publish,
        signals.task_prerun: on_prerun,
        signals.task_postrun: on_postrun,
        signals.task_failure: on_failure,
        signals.task_internal_error: on_failure,
    }
    for signal, receiver in connected.items():
        signal.connect(receiver, weak=False, dispatch_uid=f"fireline.{receiver.__name__}")
    # A worker takes all handlers off the root logger, which LOGGING has put there.
    if _logs_with_fireline():
        signals.setup_logging.connect(keep_logging, weak=False, dispatch_uid="fireline.logging")
    if Task.Request == "celery.worker.request:Request":
        Task.Request = "fireline.sources.celery_requests:WatchedRequest"
