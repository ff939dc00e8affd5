"""
The tracker: keeps every event, groups them into issues, in this service's process or far beyond it.

It eats envelopes of the Sentry protocol and knows nothing of the rest of Fireline. `ingest` (HTTP)
and `transport` (this process) accept them into a `spool`; `digest` takes them from there, in
batches, into `models`.

This module is imported by settings.py, before there are settings or apps.
"""

from fireline.tracker.databases import Router, database

__all__ = ["Router", "database"]
