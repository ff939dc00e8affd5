"""The service in processes of its own."""

import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.background.service import Service

SEND = """
import sys, django
django.setup()
from django.test import Client
from tests.background.deferred import work
for path in sys.argv[1:]:
    if path == "no request":
        print(work.enqueue("mute").id)
    else:
        headers = {"x-correlation-id": "about-" + path.split("/")[2]}
        print(Client().get(path, headers=headers).json()["task_id"])
"""


@pytest.fixture
def service(tmp_path) -> Service:
    """The service; nothing of it runs yet."""
    return Service(tmp_path)


@pytest.fixture(scope="session")
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


@pytest.fixture
def at_once(client: Client):
    """What a request answers that runs something at once; its id is `about`."""

    def at_once(path: str) -> dict[str, str]:
        answer: dict[str, str] = client.get(path, headers={"x-correlation-id": "about"}).json()
        return answer

    return at_once


def sent_by(service: Service, *paths: str) -> list[str]:
    """The ids of the tasks that these requests have sent, in a process of its own."""
    done = service.python("-c", SEND, *paths)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def send():
    return sent_by
