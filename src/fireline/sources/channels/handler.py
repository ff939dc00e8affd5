"""What a consumer's own code says of its client's failures, in the catalogue's words."""

from collections.abc import Mapping
from typing import Any

from channels.exceptions import DenyConnection

from fireline.answers.frames import frame
from fireline.errors import ErrorReport, kind_named, tell
from fireline.errors.catalog import Description
from fireline.errors.known import NON_FIELD
from fireline.logs import sockets as line
from fireline.metrics import sockets as figures
from fireline.scrub import shown
from fireline.sources.channels.socket import socket_here

Frame = dict[str, Any]


class WebSocketErrorHandler:
    """
    Reports a failure, and returns the frame to send; called on the class, from sync and async code.

    Consumers under watch need it only for what they do not raise.
    """

    @classmethod
    def handle_auth_failure(cls, user_id: Any, reason: str) -> Frame:
        """
        The frame for a client who is not who they should be; the socket closes with 4401.

        In `connect`, and where no socket is under watch, it raises DenyConnection in place of
        returning: who forgets to return must not let anybody in.
        """
        report = _told("AUTHENTICATION_FAILED", user_id=user_id, reason=reason)
        socket = socket_here()
        if socket is not None:
            socket.verdict = report
        if socket is None or socket.is_connecting:
            raise DenyConnection(report.message)
        return _frame(report)

    @classmethod
    def handle_permission_denied(cls, user_id: Any, endpoint: str, reason: str = "") -> Frame:
        """The frame for a client who may not do this; the socket stays open."""
        return _frame(_told("PERMISSION_DENIED", user_id=user_id, endpoint=endpoint, reason=reason))

    @classmethod
    def handle_rate_limit(cls, user_id: Any, endpoint: str, limit: Any) -> Frame:
        """The frame for a client who is too fast; the limit is shown."""
        details = {"limit": limit}
        return _frame(_told("RATE_LIMITED", details, user_id=user_id, endpoint=endpoint))

    @classmethod
    def handle_malformed_message(
        cls, user_id: Any, message_type: str, error: BaseException | str
    ) -> Frame:
        """The frame for a message that cannot be read; what was wrong with it is shown."""
        details = {NON_FIELD: [shown(error, 300)]}
        exception = error if isinstance(error, BaseException) else None
        return _frame(
            _told(
                "MALFORMED_MESSAGE",
                details,
                exception,
                user_id=user_id,
                message_type=shown(message_type, 100),
            )
        )

    @classmethod
    def handle_disconnect(cls, user_id: Any, close_code: int | None, reason: str = "") -> None:
        """Log how a socket has ended: INFO where that is normal, else WARNING."""
        socket = socket_here()
        more = {"reason": shown(reason, 300)} if reason else {}
        if user_id is not None:
            more["user_id"] = user_id
        line.write(close_code, socket.handshake if socket else None, **more)
        if socket is None:
            figures.count_close(close_code)
        else:
            socket.is_logged = True  # one line a socket


def _told(
    code: str,
    details: Mapping[str, Any] | None = None,
    exception: BaseException | None = None,
    **context: Any,
) -> ErrorReport:
    description = Description(kind=kind_named(code), details=details or {})
    known = {name: value for name, value in context.items() if value not in (None, "")}
    socket = socket_here()
    if socket is not None:
        return socket.told_now(exception, description, known)
    report = tell(exception, description=description, context=known)
    figures.count_failure(report.code, "none")
    return report


def _frame(report: ErrorReport) -> Frame:
    socket = socket_here()
    return frame(report, socket.handshake if socket else None)
