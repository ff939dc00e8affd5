"""The families of WebSockets: how many are open, what they say, how they fail and end."""

from functools import cache, lru_cache
from typing import Any

from prometheus_client import Counter, Gauge

from fireline.errors import KINDS
from fireline.metrics.families import OTHER, _family

_CLOSED_AS = {
    1000: "normal",
    1001: "going_away",
    1002: "protocol_error",
    1003: "unsupported_data",
    1005: "no_code",
    1006: "abnormal",
    1007: "invalid_data",
    1008: "policy_violation",
    1009: "message_too_big",
    1010: "missing_extension",
    1011: "internal_error",
    1012: "service_restart",
    1013: "try_again_later",
    1014: "bad_gateway",
}
"""https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number"""

_SERIES_AT_MOST = 2000


def count_open(change: int) -> None:
    """Count a socket that has been accepted (1) or has ended (-1)."""
    _open().inc(change)


def count_message(message_type: str, endpoint: str) -> None:
    """Count a message of a client; its type is one that the service knows, or `other`."""
    _series(message_type, endpoint).inc()


def count_failure(code: str, endpoint: str) -> None:
    """Count a failure of a socket, by the code of its report."""
    _failures().labels(code, endpoint).inc()


def count_close(code: int | None, reason: str = "", *, is_ours: bool = False) -> None:
    """
    Count the end of a socket.

    The reason is the code of a report, or the name of the close code; never a client's text. Codes
    that a client has invented share one label.
    """
    if code is not None and not is_ours and code not in _CLOSED_AS:
        code = None
    if reason not in KINDS:
        reason = _CLOSED_AS.get(code or 0, OTHER)
    _closes().labels(OTHER if code is None else code, reason).inc()


@lru_cache(maxsize=_SERIES_AT_MOST)
def _series(message_type: str, endpoint: str) -> Any:
    return _messages().labels(message_type, endpoint)


@cache
def _open() -> Gauge:
    return _family(Gauge, "ws_connections_total", "Open sockets.", (), multiprocess_mode="livesum")


@cache
def _messages() -> Counter:
    labels = ("message_type", "endpoint")
    return _family(Counter, "ws_message_count", "Messages of clients.", labels)


@cache
def _failures() -> Counter:
    labels = ("error_type", "endpoint")
    return _family(Counter, "ws_error_count", "Failures of sockets, by their code.", labels)


@cache
def _closes() -> Counter:
    labels = ("close_code", "reason")
    return _family(Counter, "ws_close_reason_count", "Sockets that have ended.", labels)
