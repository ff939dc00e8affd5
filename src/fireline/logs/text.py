"""Log records as lines for people."""

import logging
import re

from fireline.logs.lines import message_of
from fireline.scope import current

_controls = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class TextLines(logging.Formatter):
    """
    `LEVEL time module process thread message [correlation id]`, an exception below it.

    Every further line of a message is indented and control characters are written out, so that
    text from a client can never look like a line of its own.
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
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return _controls.sub(_written_out, "\n".join(parts)).replace("\n", "\n    ")


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
