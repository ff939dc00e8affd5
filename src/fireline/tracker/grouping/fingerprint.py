"""A fingerprint: what the events of one bug have in common."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

VERSION = 1
"""
Of the grouping. Whatever changes a fingerprint of stored events is a new one.

A version 2 will run beside: the digest asks for both, and where only the old fingerprint is known, the
new one is added to its issue. So no upgrade makes a second issue of one bug.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an event is grouped by."""

    hash: str
    """32 hexadecimal digits."""
    version: int
    parts: tuple[str, ...]
    """What it was made of, to be read by people."""


def made_of(parts: Sequence[str]) -> Fingerprint:
    """The fingerprint of these parts: the same in every process and on every machine."""
    written = json.dumps([VERSION, *parts], ensure_ascii=True, separators=(",", ":"))
    return Fingerprint(
        hash=sha256(written.encode()).hexdigest()[:32], version=VERSION, parts=tuple(parts)
    )
