"""Files of JSON lines that other processes are writing."""

import json
from pathlib import Path
from typing import Any


def lines_of(path: Path, start: int = 0) -> list[dict[str, Any]]:
    """
    The parsed lines behind this byte; none where there is no file yet.

    Of a line that is being written a reader may see the beginning: it is left for the next look.
    """
    raw = path.read_bytes()[start:] if path.exists() else b""
    return [json.loads(line) for line in raw.split(b"\n")[:-1]]
