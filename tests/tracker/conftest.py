"""The SDK as a project sets it up, and new databases with the tracker's tables."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import running
from tests.instrument import as_before, kept, start  # noqa: F401 (fixtures)
from tests.tracker import elsewhere

New = Callable[[], dict[str, Any]]
"""Makes a database, and gives its entry of DATABASES."""


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> New:
    """Files of SQLite; the tables are made once and copied."""
    first = tmp_path_factory.mktemp("tables")
    with elsewhere.tables(elsewhere.sqlite(first), django_db_blocker):
        pass

    def new() -> dict[str, Any]:
        copy = tmp_path_factory.mktemp("tracker")
        shutil.copytree(first, copy, dirs_exist_ok=True)
        return elsewhere.sqlite(copy)

    return new


@pytest.fixture(scope="session")
def server() -> Iterator[running.PostgreSQL]:
    """A PostgreSQL: one for all, for it takes longer to make than to use."""
    with running.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql(server: running.PostgreSQL, django_db_blocker: Any) -> New:
    """Databases of that server, made likewise."""
    server.create("tables")
    with elsewhere.tables(elsewhere.postgresql(server, "tables"), django_db_blocker):
        pass
    names = (f"tracker{number}" for number in itertools.count())

    def new() -> dict[str, Any]:
        name = next(names)
        server.create(name, template="tables")
        return elsewhere.postgresql(server, name)

    return new
