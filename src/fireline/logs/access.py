"""The access log: one line a request."""

import logging
from asyncio import CancelledError, current_task
from functools import lru_cache
from os import getpid
from threading import current_thread, get_ident
from time import time
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

from fireline import conf
from fireline.logs.records import Extras, with_extras
from fireline.scope import Scope
from fireline.scope.client import address_of, user_id_of
from fireline.scrub import is_sensitive, scrubbed_text

CLIENT_LEFT = 499
"""The status in the log of a request whose client did not wait for the answer (nginx's number)."""


def status_without_answer(interruption: BaseException) -> int:
    """The status of a request that was interrupted: by its client, by a fault of ours, by the worker's end."""
    if isinstance(interruption, CancelledError):
        return CLIENT_LEFT if _is_cancelled_from_outside() else 500
    return CLIENT_LEFT if isinstance(interruption, GeneratorExit) else 500


def _is_cancelled_from_outside() -> bool:
    """Not where the view has waited for a task of its own that was cancelled."""
    try:
        task = current_task()
    except RuntimeError:  # a layer in a thread, where nobody can say
        return True
    return task is None or task.cancelling() > 0


class AccessRecord(logging.LogRecord):
    """
    The record of an access line, made in half the time of a LogRecord.

    `extras` are its fields once more, so that JsonLines need not look for them.
    """

    extras: dict[str, Any]

    def __init__(
        self, name: str, level: int, message: str, correlation_id: str, extras: dict[str, Any]
    ) -> None:
        known = _STANDARD.copy()
        known["name"] = name
        known["levelno"] = level
        known["levelname"] = _LEVELS[level]
        known["msg"] = message
        known["created"] = created = time()
        known["msecs"] = created % 1 * 1000
        known["thread"] = get_ident()
        known["threadName"] = current_thread().name
        known["process"] = getpid()
        known["correlation_id"] = correlation_id
        known.update(extras)
        known["extras"] = Extras(extras)
        self.__dict__ = known


_LEVELS = {logging.INFO: "INFO", logging.WARNING: "WARNING", logging.ERROR: "ERROR"}
_STANDARD = {**vars(logging.LogRecord("", 0, __file__, 0, "", (), None, "write"))}


def write(scope: Scope, request: HttpRequest, status: int, **more: Any) -> None:
    """Write the line of this request, which ends now."""
    settings = conf.current()
    duration = scope.lasted()
    is_slow = duration > settings.SLOW_REQUEST_SECONDS
    failure = scope.failure
    if status < 400 and failure is None and not is_slow:
        level = logging.INFO
    else:
        # A stream that broke, or a failure hidden behind a page, has an innocent status.
        level = _level(max(status, failure.status) if failure else status, is_slow)
    logger = _logger(settings.SERVICE or settings.service)
    if not logger.isEnabledFor(level):
        return
    query = request.META.get("QUERY_STRING")
    path = request.path
    path = _clean(path) if len(path) <= _SHORT else scrubbed_text(path)
    extras: dict[str, Any] = {
        "method": request.method,
        "path": path,
        "status_code": status,
        "duration_ms": int(duration * 100_000) / 100,
        "user_id": user_id_of(request),
        "remote_addr": address_of(request),
        "query_params": _query_params(query) if query else {},
        **more,
    }
    if is_slow:
        extras["slow"] = True
    if failure is not None:
        extras["error_id"] = failure.error_id
        extras["code"] = failure.code
    message = f"{request.method} {path} {status}"
    if logging.getLogRecordFactory() is logging.LogRecord:
        record: logging.LogRecord = AccessRecord(
            logger.name, level, message, scope.correlation_id, extras
        )
    else:  # the project makes records of its own, and its formatters may need what they have
        record = logger.makeRecord(logger.name, level, __file__, 0, message, (), None, "write")
        record = with_extras(record, scope.correlation_id, extras)
    logger.handle(record)


_SHORT = 200
_clean = lru_cache(maxsize=1024)(scrubbed_text)
"""Paths without their secrets; most are asked again and again, and a long one would fill the memory."""


def _level(status: int, is_slow: bool) -> int:
    if status >= 500:
        return logging.ERROR
    if is_slow or (status >= 400 and status != CLIENT_LEFT):
        return logging.WARNING
    return logging.INFO


@lru_cache
def _logger(service: str) -> logging.Logger:
    return logging.getLogger(f"{service}.access")


_LONGEST_NAME = 200


def _query_params(query: str) -> dict[str, str | list[str]]:
    """The parameters whose names are not those of secrets, of a query that may be hostile."""
    params: dict[str, str | list[str]] = {}
    for key, value in parse_qsl(query[:2000], keep_blank_values=True, errors="replace"):
        if len(key) > _LONGEST_NAME or is_sensitive(key):
            continue
        name, clean = scrubbed_text(key), scrubbed_text(value)
        known = params.get(name)
        if known is None:
            params[name] = clean
        elif isinstance(known, list):
            known.append(clean)
        else:
            params[name] = [known, clean]
    return params
