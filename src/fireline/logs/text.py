"""Log records as lines for people."""

import logging
import re
import traceback

from fireline.logs.lines import message_of
from fireline.logs.plain import OBEYED
from fireline.scope import current
from fireline.scrub import scrubbed_text, shown

_controls = re.compile(f"[\x00-\x08\x0b-\x1f{OBEYED}]")


class TextLines(logging.Formatter):
    """
    `LEVEL time module process thread message [correlation id]`, an exception below it.

    Every further line of a message is indented and control characters are written out, so that
    text from a client can never look like a line of its own. Secrets are taken out of all of it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it."""
        scope = current()
        head = (
            f"{record.levelname} {self.formatTime(record)} {record.module} {record.process} "
            f"{record.thread} {message_of(record)}"
        )
        parts = [f"{head} [{scope.correlation_id}]" if scope else head]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(_traceback(record.exc_info[1]))
        if record.stack_info:
            parts.append(scrubbed_text(record.stack_info))
        return _controls.sub(_written_out, "\n".join(parts)).replace("\n", "\n    ")


def _traceback(exception: BaseException) -> str:
    try:
        return scrubbed_text("".join(traceback.format_exception(exception)).rstrip("\n"))
    except Exception:  # an exception may be as odd as it likes; its line is written
        return f"{type(exception).__qualname__}: {shown(exception)}"


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
