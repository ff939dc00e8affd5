"""
What is deleted, and when: by age, by worth, by size and by number; a little at a time.

Figures stay: issues, what was counted by day, releases, tags, affected users.
"""

from fireline.tracker.retention.rounds import step
from fireline.tracker.retention.work import Removed

__all__ = ["Removed", "step"]
