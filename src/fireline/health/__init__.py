"""
How well the service and what it depends on are.

`register` adds a check to /health/, `register_count` a figure beside the database's; `HealthChecker`
runs checks that a service puts together itself. A `Look` asks checks; the probes answer with it.
"""

from fireline.health.checker import HealthChecker
from fireline.health.counts import register_count, unregister_count
from fireline.health.look import Look, Verdicts, everything, refresh
from fireline.health.readings import Reading, Status, Verdict, worst
from fireline.health.registry import names, register, unregister

__all__ = [
    "HealthChecker",
    "Look",
    "Reading",
    "Status",
    "Verdict",
    "Verdicts",
    "everything",
    "names",
    "refresh",
    "register",
    "register_count",
    "unregister",
    "unregister_count",
    "worst",
]
