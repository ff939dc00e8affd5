"""The LOGGING dict of a service."""

import logging
import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from django.utils.log import DEFAULT_LOGGING

from fireline.conf import service_name
from fireline.logs.rotating import MEGABYTE


def config(
    service: str | None = None,
    directory: str | PathLike[str] = "logs",
    debug: bool = False,
    *,
    stdout: bool = False,
    level: str = "INFO",
    loggers: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    max_bytes: int = 10 * MEGABYTE,
    backups: int = 5,
) -> dict[str, Any]:
    """
    A dict for Django's LOGGING; made for settings.py, so it reads no settings.

    Files in `directory`: `<service>.log` (INFO and above), `<service>_errors.log` (ERROR and above)
    and `security.log`, one JSON object a line, safe with any number of worker processes. `debug`
    writes readable lines to the console in their place, `stdout` JSON lines to standard output.

    `level` is the lowest level anywhere, `loggers` sets levels of further loggers
    (`{"celery": "WARNING"}`), `files` other application files with their levels
    (`{"app.log": "ERROR"}` keeps errors only). Rotation at `max_bytes`, with so many `backups`
    (twice as many for `security.log`).

    Raises ValueError for a service that cannot name files, an unknown level, a negative size.
    """
    service = checked_name(service or service_name())
    level = _level(level)
    if max_bytes < 0 or backups < 0:
        raise ValueError(
            f"max_bytes is {max_bytes} and backups is {backups}. Give numbers from 0: "
            "max_bytes=0 never rotates, backups=0 keeps no old file."
        )
    if debug:
        handlers = {"console": _stream("text", "ext://sys.stderr")}
        application = security = ["console"]
    elif stdout:
        handlers = {
            "stdout": _stream("json", "ext://sys.stdout"),
            "security": _stream("security", "ext://sys.stdout"),
        }
        application, security = ["stdout"], ["security"]
    else:
        files = files or {f"{service}.log": "INFO", f"{service}_errors.log": "ERROR"}
        sizes = {"max_bytes": max_bytes, "backups": backups}
        handlers = {
            name: _file("json", Path(directory) / name, _level(file_level), **sizes)
            for name, file_level in files.items()
        }
        application, security = list(handlers), ["security"]
        sizes["backups"] = 2 * backups
        handlers["security"] = _file("security", Path(directory) / "security.log", "INFO", **sizes)
    own = {
        service: {"level": level},
        f"{service}.security": {"level": "INFO", "handlers": security, "propagate": False},
        f"{service}.communication": {"level": level},
    }
    formatters = {
        "json": {"()": "fireline.logs.lines.JsonLines", "service": service},
        "security": {"()": "fireline.logs.lines.SecurityLines", "service": service},
        "text": {"()": "fireline.logs.text.TextLines"},
    }
    if debug:
        # Django's own console would say each line once more, with its secrets; at DEBUG it says every query.
        own["django"] = {"level": "INFO" if level == "DEBUG" else level, "handlers": []}
        # Naming `django` takes the handlers of all below it: runserver's lines stay as they are.
        for part, ours in ("loggers", own), ("handlers", handlers), ("formatters", formatters):
            ours["django.server"] = dict(DEFAULT_LOGGING[part]["django.server"])
    others = {name: {"level": _level(lowest)} for name, lowest in (loggers or {}).items()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"once": {"()": "fireline.logs.once.Once"}},
        "formatters": formatters,
        "handlers": handlers,
        "root": {"level": level, "handlers": application},
        "loggers": {**own, **others},
    }


def checked_name(service: str) -> str:
    """The name of a service, which names files and loggers; raises ValueError where it cannot."""
    if not re.fullmatch(r"\w[\w.-]*", service):
        raise ValueError(
            f"{service!r} is no name for a service: it names files and loggers. "
            "Take letters, digits, '-', '_' and '.', such as 'crm'."
        )
    return service


def _level(name: str) -> str:
    if str(name).upper() not in logging.getLevelNamesMapping():
        raise ValueError(
            f"{name!r} is no level. Take one of DEBUG, INFO, WARNING, ERROR, CRITICAL."
        )
    return name.upper()


def _stream(formatter: str, stream: str) -> dict[str, Any]:
    return {
        "class": "logging.StreamHandler",
        "stream": stream,
        "formatter": formatter,
        "filters": ["once"],
    }


def _file(formatter: str, path: Path, level: str, **sizes: int) -> dict[str, Any]:
    return {
        "class": "fireline.logs.rotating.RotatingFile",
        "filename": str(path),
        "level": level,
        "formatter": formatter,
        "filters": ["once"],
        **sizes,
    }
