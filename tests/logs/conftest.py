"""Records, and lines made of them."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils.log import configure_logging

from fireline.logs.lines import JsonLines


def record_of(
    message: object = "hello",
    *args: object,
    extra: dict[str, Any] | None = None,
    error: BaseException | None = None,
    level: int = logging.INFO,
    at: float | None = None,
) -> logging.LogRecord:
    """A record as a logger makes it; `error` is its exception, `at` the time it was made."""
    trace = None if error is None else (type(error), error, error.__traceback__)
    logger = logging.getLogger("crm.tests")
    record = logger.makeRecord(logger.name, level, __file__, 7, message, args, trace, "f", extra)
    if at is not None:
        record.created, record.msecs = at, at % 1 * 1000
    return record


def caught(function: Callable[..., object], *args: object) -> BaseException:
    """The exception that this function raises, with its traceback."""
    try:
        function(*args)
    except BaseException:
        error = sys.exc_info()[1]
        assert error is not None
        return error
    raise AssertionError("nothing was raised")


def refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def parsed(line: str) -> dict[str, Any]:
    """The fields of a line that is one line, valid JSON to the letter, and valid UTF-8."""
    assert "\n" not in line
    assert "\r" not in line
    line.encode()
    fields: dict[str, Any] = json.loads(line, parse_constant=refuse_constant)
    return fields


@pytest.fixture
def json_line() -> Callable[..., dict[str, Any]]:
    """The parsed JSON line of a record with this message, these arguments, this `extra=`."""
    formatter = JsonLines("crm")

    def json_line(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return parsed(formatter.format(record_of(*args, **kwargs)))

    return json_line


@pytest.fixture
def untouched() -> Iterator[None]:
    """The logging of the test run, put back as it was."""
    yield
    configure_logging("logging.config.dictConfig", settings.LOGGING)
