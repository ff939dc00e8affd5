"""
The run directory: what the processes of one service on one host share while they run.

Their figures, and the sign that they drain. It holds nothing that a restart may not lose.
"""

import hashlib
import os
import stat
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from fireline import conf


def path() -> Path:
    """
    The directory, made where it is missing, for this user alone.

    Raises OSError where it cannot be made, or belongs to somebody else: in a temporary directory
    that all may write, another user could have laid it before.
    """
    settings = conf.current()
    return _made(settings.RUN_DIRECTORY, settings.service)


@lru_cache(maxsize=8)
def _made(configured: str, service: str) -> Path:
    directory = Path(configured).absolute() if configured else _default(service)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{directory} is no directory")
    if not configured and hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise PermissionError(f"{directory} belongs to somebody else; set RUN_DIRECTORY")
    return directory


def _default(service: str) -> Path:
    """Of this user and this project: two checkouts on one host do not mix."""
    user = os.getuid() if hasattr(os, "getuid") else ""
    module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
    project = getattr(module, "__file__", None) or str(Path.cwd())
    digest = hashlib.sha256(project.encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"fireline-{user}" / f"{service}-{digest}"
