"""Log records as lines for people."""

import logging
import re
import traceback
from typing import Any

from fireline.logs.lines import clean_extras, correlation_id_of, extras_of, message_of
from fireline.logs.plain import OBEYED, to_json
from fireline.scrub import scrubbed_text, shown

_controls = re.compile(f"[\x00-\x08\x0b-\x1f{OBEYED}]")


class TextLines(logging.Formatter):
    """
    `LEVEL time module process thread message [correlation id] name=value ...`, an exception below it.

    Every further line of a message is indented and control characters are written out, so that
    text from a client can never look like a line of its own. Secrets are taken out of all of it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it."""
        message, correlation_id = message_of(record), correlation_id_of(record)
        parts = [
            f"{record.levelname} {self.formatTime(record)} {record.module} {record.process} "
            f"{record.thread} {message}{f' [{correlation_id}]' if correlation_id else ''}"
            f"{_named_values(record, message)}"
        ]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(_traceback(record.exc_info[1]))
        if record.stack_info:
            parts.append(scrubbed_text(record.stack_info))
        return _controls.sub(_written_out, "\n".join(parts)).replace("\n", "\n    ")


def _named_values(record: logging.LogRecord, message: str) -> str:
    """What is bound and what came with `extra=`, as ` name=value`."""
    extras = extras_of(record)
    if clean_extras(record) is not None:
        extras = _in_short(extras, message.split())
    return "".join(f" {name}={_named(value)}" for name, value in extras.items())


def _in_short(extras: dict[str, Any], said: list[str]) -> dict[str, Any]:
    """Of a line of Fireline's own: the ids first, nothing empty, nothing that the message has said."""
    ids: dict[str, Any] = {name: extras[name] for name in ("error_id", "code") if name in extras}
    short = {
        name: value
        for name, value in extras.items()
        if name not in _FOR_MACHINES and value not in _EMPTY and str(value) not in said
    }
    return {**ids, **short}


_FOR_MACHINES = {"category", "severity", "user_agent", "view"}
_EMPTY: tuple[Any, ...] = (None, "", {}, ())


def _named(value: object) -> str:
    return value if isinstance(value, str) and _is_word(value) else to_json(value)


_is_word = re.compile(r"[^\s\"=]+").fullmatch


def _traceback(exception: BaseException) -> str:
    try:
        return scrubbed_text("".join(traceback.format_exception(exception)).rstrip("\n"))
    except Exception:  # an exception may be as odd as it likes; its line is written
        return f"{type(exception).__qualname__}: {shown(exception)}"


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
