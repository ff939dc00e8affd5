"""Whether what the tracker accepts is safe where it waits."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice
from django.core.exceptions import ImproperlyConfigured

from fireline import conf
from fireline.tracker.spool import chosen, spool


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """A spool that would accept nothing."""
    if not apps.is_installed("fireline.tracker"):
        return
    if settings.TRACKER_SPOOL_MB < 1:
        yield Error(
            f"FIRELINE['TRACKER_SPOOL_MB'] is {settings.TRACKER_SPOOL_MB:g}: the spool would be full "
            "before the first event.",
            hint="Give it the megabytes that may wait for the digest, such as 256.",
            id="fireline.E031",
        )
    if chosen.is_redis(settings.TRACKER_SPOOL):
        yield from _client()
    else:
        yield from _owner(chosen.directory())


def unsafe(settings: conf.Settings) -> Iterator[CheckMessage]:
    """A spool that forgets; for `check --deploy`."""
    if not apps.is_installed("fireline.tracker"):
        return
    if chosen.is_redis(settings.TRACKER_SPOOL):
        yield from _durability()
    elif chosen.directory().is_relative_to(Path(tempfile.gettempdir()).absolute()):
        yield Advice(
            f"The tracker's spool is {chosen.directory()}: a restart of the host empties it, and what "
            "was accepted and not digested yet is lost.",
            hint="Set FIRELINE['TRACKER_SPOOL'] to a directory that stays, such as "
            "/var/lib/<service>/spool.",
            id="fireline.W031",
        )


def _owner(directory: Path) -> Iterator[CheckMessage]:
    """Not by making it: this command may be run by another user than the service."""
    if not hasattr(os, "getuid") or not os.path.lexists(directory):
        return
    owner = directory.lstat().st_uid
    if directory.is_symlink() or not directory.is_dir() or owner != os.getuid():
        yield Advice(
            f"The tracker's spool {directory} is no directory of the user who runs this command "
            f"({os.getuid()}), but a link, a file, or of user {owner}: this user's events are lost.",
            hint="Run the service, its workers and its commands as one user, or set "
            "FIRELINE['TRACKER_SPOOL'] to another directory.",
            id="fireline.W030",
        )


def _client() -> Iterator[CheckMessage]:
    try:
        spool()
    except (ImproperlyConfigured, ValueError) as error:
        yield Error(
            f"FIRELINE['TRACKER_SPOOL'] names a Redis that cannot be used: {error}",
            hint="Write redis://user:password@host:port/0, rediss:// for TLS, or unix://, and install "
            "django-fireline[redis].",
            id="fireline.E030",
        )


def _durability() -> Iterator[CheckMessage]:
    try:
        stream: Any = spool()
        found = stream.durability()
    except (ImproperlyConfigured, ValueError):
        return  # that is an error of its own
    except OSError as error:
        yield Advice(
            f"{error} Whether it forgets what it has accepted is not known.",
            hint="Start it, and run this check where the service runs.",
            id="fireline.W032",
        )
        return
    if not found.is_written_down:
        yield Advice(
            "The Redis of FIRELINE['TRACKER_SPOOL'] has no append-only file: its restart takes with it "
            "what was accepted and not digested yet.",
            hint="Set `appendonly yes`, and `appendfsync always` where not even a second may be lost.",
            id="fireline.W033",
        )
    if found.evicts != "noeviction":
        yield Advice(
            f"The Redis of FIRELINE['TRACKER_SPOOL'] has maxmemory-policy {found.evicts}: when its "
            "memory is full it may delete the whole spool.",
            hint="Set `maxmemory-policy noeviction`, or give the spool a Redis of its own.",
            id="fireline.W034",
        )
