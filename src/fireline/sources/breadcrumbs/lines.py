"""Log lines of level INFO and above."""

import logging

from fireline import conf
from fireline.scope import current
from fireline.scope.crumbs import note

_LEVELS = {
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "fatal",
}

_own_call_handlers = logging.Logger.callHandlers


def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
    """`Logger.callHandlers`; the line is noted before it is written."""
    if record.levelno >= logging.INFO and current() is not None and not _is_ours(record.name):
        try:
            message = record.getMessage() if record.args else str(record.msg)
        except Exception:  # arguments that do not fit: logging says so itself
            message = str(record.msg)
        note("log", message, {"logger": record.name}, _LEVELS.get(record.levelno, "info"))
    _own_call_handlers(logger, record)


def _is_ours(name: str) -> bool:
    """Whether the line is about the request or the failure itself, of which the event tells."""
    if not name.endswith((".access", ".errors", ".sockets")):
        return False
    return name.rpartition(".")[0] == conf.current().service


def install() -> None:
    """Not by a handler: LOGGING may be set anew at any time, and some loggers propagate nowhere."""
    global _own_call_handlers  # noqa: PLW0603 (whoever has wrapped it before us is still called)
    _own_call_handlers = logging.Logger.callHandlers
    logging.Logger.callHandlers = call_handlers  # type: ignore[assignment, method-assign]
