"""
The run directory: what the processes of one service on one host share while they run.

Their figures, and the sign that they drain. It holds nothing that a restart may not lose.
"""

import hashlib
import os
import re
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
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", service)
    if configured:
        # Several services may be given the same: they would drain together, and mix their events.
        directory = Path(configured).absolute() / name
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory
    # One by one: of `parents` that are missing, Python takes no mode.
    ours = Path(tempfile.gettempdir()) / f"fireline-{_user()}"
    directory = ours / f"{name}-{_project()}"
    for each in (ours, directory):
        each.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(each)
    return directory


def _refuse_foreign(directory: Path) -> None:
    """Who owns the directory above could exchange ours for another at any time."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{directory} is no directory. Set RUN_DIRECTORY.")
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise PermissionError(f"{directory} belongs to somebody else. Set RUN_DIRECTORY.")


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else ""


def _project() -> str:
    """Short for the settings module's file: two checkouts on one host do not mix."""
    module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
    project = getattr(module, "__file__", None) or str(Path.cwd())
    return hashlib.sha256(project.encode()).hexdigest()[:8]
