"""What the disk has spoilt, kept for a person to look at."""

import os
from pathlib import Path

from fireline.tracker.spool.directory import made, opened
from fireline.tracker.spool.frames import Gap
from fireline.tracker.spool.log import Log

NAME = "broken"
_KEPT = 16


def keep(path: Path, log: Log, gap: Gap) -> None:
    """Copy this stretch into a file of its own; the newest are kept."""
    place = made(path / NAME)
    file = opened(place / f"{log.segment.name}.{gap.start}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        os.write(file, os.pread(log.file, gap.end - gap.start, gap.start))
    finally:
        os.close(file)
    for oldest in sorted(place.iterdir())[:-_KEPT]:
        oldest.unlink(missing_ok=True)
