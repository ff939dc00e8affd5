"""The ids of events: the client's, or made where it has sent none."""

import re
from hashlib import blake2b
from typing import Any

_HEXADECIMAL = re.compile(r"[0-9a-f]{32}")


def hexadecimal(given: Any) -> str:
    """This id as 32 hexadecimal digits; empty where it is none."""
    if type(given) is not str:
        return ""
    plain = given if len(given) == 32 else given.replace("-", "")
    plain = plain.lower()
    return plain if _HEXADECIMAL.fullmatch(plain) else ""


def made_id(entry_id: str, number: int) -> str:
    """An id for an item that has none: the same each time that its entry is taken."""
    return blake2b(f"{entry_id}/{number}".encode(), digest_size=16).hexdigest()
