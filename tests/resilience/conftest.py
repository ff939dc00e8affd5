"""Fixtures of calls that may fail: what was said of them, a database that restarts, a bad server."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import RequestFactory

from fireline import health, scope
from fireline.signals import breaker_changed, retried
from tests.metrics.conftest import process  # noqa: F401 (a fixture)
from tests.resilience import postgres as servers
from tests.resilience.server import Server, serving


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """What the signals `retried` and `breaker_changed` have said."""
    said: list[dict[str, Any]] = []

    def hear(*, signal: Any, sender: Any, **fields: Any) -> None:
        said.append(fields)

    retried.connect(hear)
    breaker_changed.connect(hear)
    yield said
    retried.disconnect(hear)
    breaker_changed.disconnect(hear)


@pytest.fixture(autouse=True)
def no_check_of_breakers() -> Iterator[None]:
    """The breakers of these tests are nobody else's."""
    yield
    health.unregister("breakers")


@pytest.fixture
def inside_request() -> scope.Scope:
    """The test runs inside of a request that has just begun."""
    return scope.opened(RequestFactory().get("/", headers={"X-Correlation-ID": "order-7"}))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that behaves as badly as it is told."""
    with serving() as server:
        yield server


@pytest.fixture(scope="package")
def cluster() -> Iterator[servers.Postgres]:
    """A PostgreSQL for all tests."""
    with servers.running() as cluster:
        yield cluster


@pytest.fixture
def postgres(cluster: servers.Postgres, django_db_blocker: Any) -> Iterator[servers.Postgres]:
    """PostgreSQL as the database `postgres`, with an empty table `work` that takes a number twice."""
    if cluster.process is None:
        cluster.start()
    cluster.ask("DROP TABLE IF EXISTS work")
    cluster.ask("CREATE TABLE work (number int, made_by text)")
    given = {**connections.settings, "postgres": cluster.settings}
    connections.settings["postgres"] = connections.configure_settings(given)["postgres"]
    with django_db_blocker.unblock():
        yield cluster
        connections["postgres"].close()
    del connections["postgres"]
    del connections.settings["postgres"]
