"""The service in processes of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.background.service import Service
from tests.running import valkey

SEND = """
import sys, django
django.setup()
from django.test import Client
from tests.background.deferred import work
for path in sys.argv[1:]:
    if path == "no request":
        print(work.enqueue("mute").id)
    else:
        headers = {"x-correlation-id": "about-" + path.split("/")[2].partition("?")[0]}
        print(Client().get(path, headers=headers).json()["task_id"])
"""


@pytest.fixture
def service(tmp_path) -> Service:
    """The service; nothing of it runs yet."""
    return Service(tmp_path)


@pytest.fixture(scope="package")
def tables(tmp_path_factory) -> Path:
    """A database with a table for tasks that wait."""
    empty = Service(tmp_path_factory.mktemp("tables"))
    migrated = empty.command("migrate", "--run-syncdb", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    return empty.directory / "crm.sqlite3"


@pytest.fixture
def deferring(service: Service, tables: Path) -> Service:
    """The service with such a database of its own."""
    shutil.copy(tables, service.directory)
    return service


@pytest.fixture(scope="package")
def worker(tmp_path_factory) -> Iterator[Service]:
    """A Celery worker with two processes on a real Valkey; what this process sends goes to it."""
    from fireline.sources import celery as source
    from tests.background.celery_app import app

    source.install()
    with valkey() as broker:
        url = f"{broker.url}/0"
        app.conf.update(broker_url=url, result_backend=url)
        service = Service(tmp_path_factory.mktemp("celery"), {"TESTS_BROKER": url})
        words = "-m celery -A tests.background.celery_app worker --concurrency 2 --loglevel INFO"
        quiet = "--without-gossip --without-mingle --without-heartbeat"
        with service.running(*words.split(), *quiet.split()):
            yield service
        app.close()


@pytest.fixture
def at_once(client: Client) -> Callable[[str], dict[str, Any]]:
    """What a request answers that runs something at once; its id is `about`."""

    def at_once(path: str) -> dict[str, Any]:
        answer: dict[str, Any] = client.get(path, headers={"x-correlation-id": "about"}).json()
        return answer

    return at_once


@pytest.fixture(scope="package")
def defer() -> Callable[..., list[str]]:
    """The ids of the tasks that these requests have sent, in a process of its own."""

    def defer(service: Service, *paths: str) -> list[str]:
        done = service.python("-c", SEND, *paths)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return defer
