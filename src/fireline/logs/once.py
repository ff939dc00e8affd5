"""A filter against telling one failure twice."""

import logging

from fireline.errors.told import known
from fireline.scope import Scope, current

_DJANGO = ("django.request", "django.security")
_TASKS = ("celery.app.trace", "celery.worker.request", "django.tasks", "django_tasks")
_OTHERS = (*_DJANGO, *_TASKS, "uvicorn.error", "gunicorn.error", "hypercorn.error", "daphne")

_TOLD = "__fireline_told__"


class Once(logging.Filter):
    """
    Drops the lines of Django and of servers about failures that Fireline tells already.

    It sits on Fireline's handlers only: `mail_admins` and every other handler still hear them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether nobody has told this already."""
        if not record.name.startswith(_OTHERS):
            return True
        scope = current()
        if record.name in _TASKS:  # that a task begins or is retried, they alone tell
            is_failure = record.exc_info and record.levelno >= logging.ERROR
            return not (is_failure and scope is not None and scope.is_logged)
        if record.name.startswith(_DJANGO):
            return scope is None or not scope.is_logged or not _is_about_failure(record, scope)
        return not (record.exc_info and is_told(record.exc_info[1]))


def _is_about_failure(record: logging.LogRecord, scope: Scope) -> bool:
    """
    Whether this line of Django's is about what has been reported, or will be by its status.

    What its security loggers say beside that (a session that was tampered with) they alone say.
    """
    if record.exc_info and known(scope, record.exc_info[1]) is not None:
        return True
    status = getattr(record, "status_code", None)
    is_failure = isinstance(status, int) and status >= 400
    return is_failure and (record.name == "django.request" or scope.failure is not None)


def mark_as_told(exception: BaseException) -> None:
    """
    Let the line of the server about this exception be dropped, also when the scope is over.

    An exception that refuses the mark is logged twice; that costs a line.
    """
    try:
        setattr(exception, _TOLD, True)
    except AttributeError:
        return


def is_told(exception: BaseException | None) -> bool:
    """Whether this exception bears the mark."""
    return hasattr(exception, _TOLD)
