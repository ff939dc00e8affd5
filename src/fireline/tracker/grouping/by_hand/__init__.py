"""What people decide about issues, for good: several are one, or one is several."""

from fireline.tracker.grouping.by_hand.merging import merge
from fireline.tracker.grouping.by_hand.splitting import split

__all__ = ["merge", "split"]
