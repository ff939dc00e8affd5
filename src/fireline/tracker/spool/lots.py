"""
Whose entries lie together: each key has a lot, and the files of a lot bear its name.

So the sizes of files say how much of each lot waits, to every process and after every restart. Of 64
lots two keys may have the same one by chance: they share its room then.
"""

from collections.abc import Iterator
from zlib import crc32

OWN = "own"
"""The lot of what this service itself has captured."""
PATTERN = f"[0-9a-f]{{2}}|{OWN}"

_LOTS = 64
"""As many files a process has open at most, one more for its own."""


def lot_of(key: str) -> str:
    """Where the entries of this key lie, the same in every process."""
    return f"{crc32(key.encode(errors='replace')) % _LOTS:02x}" if key else OWN


def crowding(held: dict[str, int], free: int) -> Iterator[str]:
    """
    The lots that have more waiting than is still free, and must leave that to others.

    One alone fills half of the room, two a third each: whoever comes next always finds some.
    """
    return (lot for lot, size in held.items() if lot != OWN and size > free)
