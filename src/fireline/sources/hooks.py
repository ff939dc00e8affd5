"""
What nobody catches, and what somebody only logs.

The hooks of Python are taken, and whoever had them before is still called; the lines of loggers are
looked at, and written as ever.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Mapping
from contextvars import Context, copy_context
from functools import cache
from typing import Any

from fireline import conf
from fireline.errors import Severity, guarded, tell
from fireline.errors.told import caught
from fireline.logs.lines import message_of
from fireline.logs.once import is_told, mark_as_told
from fireline.scope import Scope, current, inside

TELL_OTHERWISE = (
    "fireline",
    "django.request",
    "django.security",
    "django.server",
    "django.channels.server",
    "django.tasks",
    "django_tasks",
    "celery.app.trace",
    "celery.worker.request",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "granian",
    "waitress",
)
"""Loggers, and all below them, of who has a source of its own: what they log is told already."""


def on_uncaught(error: BaseException | None, **context: Any) -> None:
    """Report what nobody has caught; who ends a program on purpose (SystemExit, Ctrl-C) has not failed."""
    if isinstance(error, Exception) and conf.current().REPORT_UNCAUGHT and not is_told(error):
        _report(error, context=context)


def on_logged(record: logging.LogRecord) -> None:
    """Report the exception that a line of level ERROR or above brings; the line gets its error id."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if not isinstance(error, Exception) or is_told(error) or _tells_otherwise(record.name):
        return
    settings = conf.current()
    is_asyncio = record.name == "asyncio"
    if not (settings.REPORT_UNCAUGHT if is_asyncio else settings.REPORT_LOGGED):
        return
    # A loop of another make says this while anything at all may run here.
    here = Context() if is_asyncio and not _is_known(error) else copy_context()
    said = {"logger": record.name, "logged": message_of(record)}
    severity = Severity.CRITICAL if record.levelno >= logging.CRITICAL else None
    here.run(caught.set, not is_asyncio)
    record.error_id = here.run(_report, error, severity=severity, context=said)


def _is_known(error: Exception) -> bool:
    scope = current()
    return scope is not None and id(error) in (scope.told or ())


def _report(
    error: Exception, *, severity: Severity | None = None, context: Mapping[str, Any]
) -> str:
    report = tell(error, severity=severity, context=context)
    if current() is None:  # nobody keeps what was told, and the same one may be heard of again
        mark_as_told(error)
    return report.error_id


def _tells_otherwise(name: str) -> bool:
    own = conf.current().service
    return name in {f"{own}.errors", f"{own}.access", f"{own}.security"} or any(
        name == logger or name.startswith(f"{logger}.") for logger in TELL_OTHERWISE
    )


@cache
def install() -> None:
    """Take the hooks, once: apps become ready again where a test changes INSTALLED_APPS."""
    _take_sys_hook()
    _take_threading_hook()
    _take_asyncio_hook()
    _watch_loggers()


def _take_sys_hook() -> None:
    former = sys.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: Any) -> Any:
        if not hasattr(sys, "ps1"):  # who types sees it
            guarded(on_uncaught, error)
        return former(kind, error, trace)

    sys.excepthook = excepthook


def _take_threading_hook() -> None:
    former = threading.excepthook

    def excepthook(args: Any) -> Any:
        name = args.thread.name if args.thread else ""
        guarded(on_uncaught, args.exc_value, thread=name)
        return former(args)

    threading.excepthook = excepthook


def _take_asyncio_hook() -> None:
    """
    Where no loop has a handler of its own, in the context of the task that failed.

    Without that, a task which is collected as garbage while a later request runs would be told under
    the ids of that one. Loops of other makes, such as uvloop's, log on `asyncio`, which is heard, too.
    """
    former = asyncio.BaseEventLoop.default_exception_handler

    def default_exception_handler(loop: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
        failed = context.get("task") or context.get("future") or context.get("handle")
        own = getattr(failed, "get_context", Context)  # Python 3.11 does not tell it
        # A copy: the one itself may be entered by whoever runs here.
        own().copy().run(_on_asyncio, loop, context)

    def _on_asyncio(loop: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
        with inside(current() or Scope()):  # what is logged here is known to be told
            guarded(on_uncaught, context.get("exception"), asyncio=context.get("message"))
            former(loop, context)

    asyncio.BaseEventLoop.default_exception_handler = default_exception_handler  # type: ignore[assignment, method-assign]


def _watch_loggers() -> None:
    """Not by a handler: LOGGING may be set anew at any time, and some loggers propagate nowhere."""
    former = logging.Logger.callHandlers

    def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR and record.exc_info:
            guarded(on_logged, record)
        former(logger, record)

    logging.Logger.callHandlers = call_handlers  # type: ignore[assignment, method-assign]
