"""Services with all that they depend on, and findings that no other test has left."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from fireline.health import counts, registry
from fireline.probes import draining
from tests import running
from tests.servers.running import Server
from tests.servers.running import running as serving

LIMIT, CACHE = 1.0, 0.15
"""Seconds of HEALTH_TIMEOUT and HEALTH_CACHE_SECONDS."""

KINDS = {
    "sync": ("gunicorn", {}),
    "gthread": ("gunicorn", {"GUNICORN_CMD_ARGS": "--threads 4"}),
    "preload": ("gunicorn", {"GUNICORN_CMD_ARGS": "--threads 4 --preload"}),
    "uvicorn": ("uvicorn", {}),
    "uvicorn-sync": ("uvicorn", {"TESTS_SYNC": "yes"}),
}
"""Servers, each with two processes where it is gunicorn."""


@pytest.fixture(autouse=True)
def unasked() -> Iterator[None]:
    """Checks that nobody has asked before, and a process that does not drain."""
    registry._made.clear()
    counts._timed.forget()
    yield
    registry._made.clear()
    registry._registered.clear()
    counts._counts.clear()
    draining._terminated.clear()
    draining._stale.clear()


@pytest.fixture(scope="package")
def postgresql() -> Iterator[running.PostgreSQL]:
    """A PostgreSQL; a test that hurts it heals it."""
    with running.postgresql() as program:
        yield program


@pytest.fixture(scope="package")
def valkey() -> Iterator[running.Valkey]:
    """A Valkey; a test that hurts it heals it."""
    with running.valkey() as program:
        yield program


@pytest.fixture(scope="package")
def environment(postgresql: running.PostgreSQL, valkey: running.Valkey) -> dict[str, str]:
    """What tells the service where all that it depends on is."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.probes.settings",
        "TESTS_POSTGRESQL": str(postgresql.port),
        "TESTS_VALKEY": valkey.url,
        "TESTS_LIMIT": str(LIMIT),
        "TESTS_CACHE": str(CACHE),
    }


Serve = Callable[..., AbstractContextManager[Server]]


@pytest.fixture(scope="package")
def serve(environment: dict[str, str]) -> Serve:
    """Serve the service with a server of this kind, in this directory."""

    def serve(kind: str, directory: Path, **changed: str) -> AbstractContextManager[Server]:
        server, own = KINDS[kind]
        return serving(server, directory, **{**environment, **own, **changed})

    return serve
