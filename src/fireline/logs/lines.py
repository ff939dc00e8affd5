"""Log records as lines of JSON."""

import logging
from datetime import UTC, datetime
from typing import Any

from fireline.logs.frames import exceptions_of
from fireline.logs.plain import to_json
from fireline.logs.records import Extras
from fireline.scope import bound, current
from fireline.scope.trace import trace_id
from fireline.scrub import scrubbed, scrubbed_text, shown

# What every record has; whatever else it has came with `extra=`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "asctime",
    "color_message",  # uvicorn's message once more, for a terminal
    "correlation_id",
    "message",
    "taskName",
}


class JsonLines(logging.Formatter):
    """
    One JSON object a line: `timestamp`, `level`, `logger`, `message`, `correlation_id`, the extras.

    What is bound joins the extras. Secrets are taken out of message and extras; only
    Fireline's own records, which bear `extras`, are clean already. An exception stands in
    `exceptions`, outermost first, with structured frames. An extra that would hide one of the
    fields is renamed `extra_<name>`.
    """

    def __init__(self, service: str = "") -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line; valid JSON whatever the record holds."""
        fields = self.fields(record, message_of(record))
        extras = extras_of(record)
        if record.exc_info and record.exc_info[1] is not None:
            fields["exceptions"] = exceptions_of(record.exc_info[1])
        if record.stack_info:
            fields["stack"] = scrubbed_text(record.stack_info)
        line = {**fields, **extras}
        if len(line) < len(fields) + len(extras):  # some have the name of a field
            renamed = {f"extra_{key}" if key in fields else key: extras[key] for key in extras}
            line = {**fields, **renamed}
        return to_json(line)

    def fields(self, record: logging.LogRecord, message: str) -> dict[str, Any]:
        """The fields that every line has."""
        fields: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "correlation_id": correlation_id_of(record),
        }
        if trace := trace_id():
            fields["trace_id"] = trace
        return fields


def correlation_id_of(record: logging.LogRecord) -> str | None:
    """The id of the request that the record is about."""
    known = record.__dict__
    given = known.get("correlation_id")
    if given is not None:
        return given if type(known.get("extras")) is Extras else shown(given, _ID_AT_MOST)
    scope = current()
    return None if scope is None else scope.correlation_id


_ID_AT_MOST = 100
"""So long may an id be that somebody else has put on a record."""


def extras_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is bound, and what came with `extra=`; without secrets."""
    extras = clean_extras(record)
    if extras is None:
        found = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        extras = _scrubbed(found) if found else found
    values = bound()
    return {**values, **extras} if values else extras


def _scrubbed(found: dict[str, Any]) -> dict[str, Any]:
    try:
        clean: dict[str, Any] = scrubbed(found)
    except Exception as error:  # an object may be as odd as it likes; its line is written
        left_out = f"<left out: {type(error).__name__}>"
        clean = dict.fromkeys(found, left_out)
    return clean


def clean_extras(record: logging.LogRecord) -> dict[str, Any] | None:
    """The fields of a record of Fireline's own; None of anybody else's."""
    extras = record.__dict__.get("extras")
    return extras if type(extras) is Extras else None


class SecurityLines(JsonLines):
    """One JSON object a security event: `level`, `time`, `module`, `message`, the event's fields."""

    def fields(self, record: logging.LogRecord, message: str) -> dict[str, Any]:
        """The fields that every line of the security log has."""
        return {
            "level": record.levelname,
            "time": self.formatTime(record),
            "module": record.module,
            "message": message,
        }


def message_of(record: logging.LogRecord) -> str:
    """The record's message without secrets, also where its arguments do not fit it."""
    if clean_extras(record) is not None:
        return str(record.msg)
    try:
        message = record.getMessage()
    except Exception:
        message = f"{shown(record.msg)} (its arguments cannot be shown: {shown(record.args)})"
    return shown(message, _MESSAGE_AT_MOST)


_MESSAGE_AT_MOST = 10_000
