"""
How much a key may still send in this minute, counted together by all processes of the host.

A key with a quota has a file for each minute, of which every event, or envelope without one, takes a byte: the
kernel appends bytes of several processes whole and tells the size. No lock, no database; several
hosts count each for itself.
"""

import os
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from fireline import rundir
from fireline.tracker.ingest.keys import Admission

_MINUTE = 60


def left_of_minute() -> float:
    """Seconds until the next one begins."""
    return _MINUTE - time.time() % _MINUTE


def is_used_up(admission: Admission) -> bool:
    """Whether nothing more may be sent by this key in this minute."""
    if admission.events_per_minute is None:
        return False
    try:
        return _file(admission.key).stat().st_size >= admission.events_per_minute
    except OSError:
        return admission.events_per_minute == 0


def take(admission: Admission, number: int = 1) -> bool:
    """Whether so many more may be accepted by this key, which counts them."""
    if admission.events_per_minute is None:
        return True
    try:
        file = _opened(admission.key)
    except OSError:  # without its directory nothing is counted, and nothing refused
        return True
    try:
        os.write(file, b"." * number)
        return os.fstat(file).st_size <= admission.events_per_minute
    except OSError:
        return True
    finally:
        os.close(file)


def _opened(key: str) -> int:
    file = _file(key)
    try:
        return os.open(file, os.O_WRONLY | os.O_APPEND)
    except FileNotFoundError:
        _forget_old(file)
        return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _forget_old(new: Path) -> None:
    """Delete the key's files of the minutes before."""
    new.parent.mkdir(mode=0o700, exist_ok=True)
    for old in new.parent.glob(f"{new.stem}.*"):
        with suppress(OSError):
            if old != new:
                old.unlink()


def _file(key: str) -> Path:
    # A digest: a key may be anything that an administrator has typed in.
    name = blake2b(key.encode(), digest_size=12).hexdigest()
    return rundir.path() / "quotas" / f"{name}.{int(time.time() // _MINUTE)}"
