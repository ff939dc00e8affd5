"""How full the disks are that this service writes to."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings as django_settings

from fireline.health.readings import Reading
from fireline.health.usage import gigabytes, usage


def ask() -> Reading:
    """`used_percent`, `available_gb`, `total_gb` and `path` of the fullest disk."""
    path, fullest = max(
        ((path, psutil.disk_usage(str(path))) for path in _disks()),
        key=lambda found: found[1].percent,
    )
    return usage(
        "Disk",
        fullest.percent,
        available_gb=gigabytes(fullest.free),
        total_gb=gigabytes(fullest.total),
        path=str(path),
    )


def _disks() -> Iterator[Path]:
    """One path for each disk: of the system, the project, temporary files and uploads."""
    seen = set()
    media = django_settings.MEDIA_ROOT
    for path in (
        Path("/"),
        Path.cwd(),
        Path(tempfile.gettempdir()),
        *([Path(media)] if media else []),
    ):
        with suppress(OSError):
            disk = path.stat().st_dev
            if disk not in seen:
                seen.add(disk)
                yield path
