"""What runs here: `<service>@<commit>`."""

import os
import re
import sys
from pathlib import Path

_is_hash = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?").fullmatch


def release_of(service: str) -> str:
    """The release: SENTRY_RELEASE, else the service and GIT_COMMIT, its checkout's commit, or `dev`."""
    given = os.environ.get("SENTRY_RELEASE")
    return given or f"{service}@{os.environ.get('GIT_COMMIT') or checked_out(_project()) or 'dev'}"


def _project() -> Path:
    """Where the settings lie, which are being imported; else where the process was started."""
    module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
    file = getattr(module, "__file__", None)
    return Path(file).resolve().parent if file else Path.cwd()


def checked_out(directory: Path) -> str | None:
    """The commit of the checkout that this directory lies in; no process is started for it."""
    for place in (directory, *directory.parents):
        git = place / ".git"
        if git.exists():
            try:
                return _head(_git_directory(git))
            except (OSError, ValueError):  # another's, or half written
                return None
    return None


def _git_directory(git: Path) -> Path:
    """Of a worktree or submodule `.git` is a file that says where."""
    if git.is_dir():
        return git
    return git.parent / git.read_text().removeprefix("gitdir:").strip()


def _head(git: Path) -> str | None:
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref:"):
        return head if _is_hash(head) else None
    name = head.removeprefix("ref:").strip()
    shared = git / "commondir"
    for place in (git, git / shared.read_text().strip() if shared.exists() else git):
        if (place / name).is_file():
            found = (place / name).read_text().strip()
            return found if _is_hash(found) else None
        if (place / "packed-refs").is_file():
            for line in (place / "packed-refs").read_text().splitlines():
                commit, _, packed = line.partition(" ")
                if packed == name:
                    return commit
    return None
