"""A secret that each checkout makes for itself."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe


def secret_in(path: Path) -> str:
    """The secret in this file, which is made where there is none; two processes agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(token_urlsafe(48))
        with suppress(FileExistsError):  # another process was first: its secret holds
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
