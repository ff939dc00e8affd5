"""Checks of a project, by dotted path: plain ones, and those of django-health-check."""

import asyncio
import dataclasses

import health_check
from django.db import connection, connections
from health_check.exceptions import ServiceUnavailable, ServiceWarning

seen = []


def search():
    return {"documents": 7}


@dataclasses.dataclass
class Slow(health_check.HealthCheck):
    async def run(self):
        await asyncio.sleep(0)
        raise ServiceWarning("The search is slow: token=hunter2hunter2")


@dataclasses.dataclass
class Away(health_check.HealthCheck):
    name: str = "the default"

    def run(self):
        raise ServiceUnavailable(f"No answer of {self.name}")


@dataclasses.dataclass
class Bug(health_check.HealthCheck):
    def run(self):
        raise KeyError("a bug in the check")


@dataclasses.dataclass
class Asks(health_check.HealthCheck):
    def run(self):
        connection.ensure_connection()
        seen.append(connection.connection is not None)
        seen.append(connections["default"])


other = Away(name="another")
answer = 42
