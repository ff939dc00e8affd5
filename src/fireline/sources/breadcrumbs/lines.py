"""Log lines of level INFO and above."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db.models.query import QuerySet
from django.utils.functional import LazyObject

from fireline import conf
from fireline.errors import guarded
from fireline.scope import current
from fireline.scope.crumbs import describing, note

_LEVELS = {
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "fatal",
}

_own_call_handlers = logging.Logger.callHandlers


def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
    """`Logger.callHandlers`; the line is noted before it is written."""
    if record.levelno >= logging.INFO and current() is not None:
        guarded(_note, record)
    _own_call_handlers(logger, record)


def _note(record: logging.LogRecord) -> None:
    if not _is_ours(record.name):
        level = _LEVELS.get(record.levelno, "info")
        note("log", _text_of(record), {"logger": record.name}, level)


_PLAIN = frozenset((str, int, float, bool, type(None)))
_LAZY = (LazyObject, QuerySet)


def _text_of(record: logging.LogRecord) -> str:
    """
    What the line says, where saying it asks nobody else.

    Perhaps no handler takes the line, and then nobody would have looked into a lazy user or a query.
    """
    message = record.msg
    values: Any = record.args or ()
    if type(values) is not tuple and isinstance(values, Mapping):  # a costly question, for few
        values = values.values()
    if type(message) is str and _PLAIN.issuperset(map(type, values)):
        return _formatted(record)
    if any(issubclass(type(value), _LAZY) for value in (message, *values)):
        return _as_written(message)
    before = describing.get()
    if before:  # what is looked at logs a line itself
        return _as_written(message)
    describing.set(True)
    try:
        return _formatted(record)
    finally:
        describing.set(before)


def _formatted(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # arguments that do not fit: logging says so itself
        return _as_written(record.msg)


def _as_written(message: Any) -> str:
    return message if type(message) is str else f"<{type(message).__name__}>"


def _is_ours(name: str) -> bool:
    """Whether the line is about the request or the failure itself, of which the event tells."""
    if not name.endswith((".access", ".errors", ".sockets")):
        return False
    return name.rpartition(".")[0] == conf.current().service


def install() -> None:
    """Not by a handler: LOGGING may be set anew at any time, and some loggers propagate nowhere."""
    global _own_call_handlers  # noqa: PLW0603 (whoever has wrapped it before us is still called)
    if logging.Logger.callHandlers is call_handlers:
        return  # it would call itself
    _own_call_handlers = logging.Logger.callHandlers
    logging.Logger.callHandlers = call_handlers  # type: ignore[assignment, method-assign]
