"""
Draining: the process goes on serving, and asks by /readyz for no more work.

By SIGTERM it is said to one process, by a file in the run directory (`manage.py fireline_drain`) to
all that serve now.
"""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fireline import rundir

_FILE = "draining"

_Stamp = tuple[int, int]

_terminated: set[int] = set()
"""The process that SIGTERM has told to end: this one, or its parent when it forked."""

_stale: dict[Path, _Stamp | None] = {}
"""The file as it stood when this process began: it spoke to those before."""


class _Sigterm:
    """Ours, then that of the server; a new one each time, for the server's may call the one before it."""

    def __init__(self, then: Callable[[int, FrameType | None], Any]) -> None:
        self.then = then

    def __call__(self, number: int, frame: FrameType | None) -> None:
        _terminated.add(os.getpid())
        self.then(number, frame)


def begin() -> None:
    """Take note of a file that is there already, and of SIGTERM; of the first time in a process."""
    path = _path()
    if path is not None and path not in _stale:
        _stale[path] = _stamp(path)
    _listen()


def is_draining() -> bool:
    """Whether this process shall get no more work."""
    _listen()
    if os.getpid() in _terminated or _server_stops():
        return True
    path = _path()
    if path is None or (stamp := _stamp(path)) is None:
        return False
    return stamp != _stale.get(path)


def drain() -> Path:
    """The file, written now: every process that serves is draining. Raises OSError."""
    path = rundir.path() / _FILE
    new = path.with_suffix(f".{os.getpid()}")
    new.write_text("Written by manage.py fireline_drain; --undo removes it.\n")
    new.replace(path)
    return path


def undo() -> None:
    """Take it back. Raises OSError."""
    (rundir.path() / _FILE).unlink(missing_ok=True)


def _path() -> Path | None:
    try:
        return rundir.path() / _FILE
    except OSError:
        return None


def _stamp(path: Path) -> _Stamp | None:
    """What tells this file from the one before it, by no clock that could be set."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _listen() -> None:
    """
    Hear SIGTERM before the server's own handler does, where it has one.

    Without one the signal ends the process at once, as in a management command. A server that was
    preloaded lays its handler after the fork, and only the main thread may lay another.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler) and not isinstance(handler, _Sigterm):
        signal.signal(signal.SIGTERM, _Sigterm(handler))


def _server_stops() -> bool:
    """
    Whether the server says so itself, where probes are answered in other threads alone.

    So are gunicorn's with threads and a preload, and uvicorn's where a middleware knows no async.
    The handlers of both are methods of what serves, and its `alive` or `should_exit` is public.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return getattr(server, "alive", True) is False or getattr(server, "should_exit", False) is True
