"""
Where accepted envelopes wait for the digest: in files of this host, or in a stream of Redis.

`spool()` is the one that the settings name.
"""

from fireline.tracker.spool.chosen import spool
from fireline.tracker.spool.entry import Depth, Entry, FullError, Spool, Taken

__all__ = ["Depth", "Entry", "FullError", "Spool", "Taken", "spool"]
