"""What pages ask: lists by key, as fast on the thousandth page and at a million events as on the first."""

from fireline.tracker.queries.found import found
from fireline.tracker.queries.lists import events, issues
from fireline.tracker.queries.missing import why_none
from fireline.tracker.queries.pages import Page

__all__ = ["Page", "events", "found", "issues", "why_none"]
