"""Fixtures that every test may want: what was reported, what was logged."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fireline import scope
from fireline.errors import ErrorReport, catalog, guard
from fireline.logs import security
from fireline.metrics import shared
from fireline.testing import captured_reports
from tests.lines import lines_of
from tests.settings import DIRECTORY

ROOT = Path(__file__).parent
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


ONCE = {
    ROOT / "bench",
    ROOT / "ops",
    ROOT / "servers" / "test_pages.py",
    ROOT / "tracker" / "crash",
    ROOT / "tracker" / "grouping" / "test_other_pythons.py",
}
"""
Instructions that are counted, Prometheus, how a browser shows the error pages, processes that are killed,
and what starts the other interpreters itself.
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What depends on neither Python nor Django is tested on one interpreter only."""
    if sys.version_info[:2] == (3, 13):
        return
    elsewhere = [item for item in items if not ONCE.isdisjoint({item.path, *item.path.parents})]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


def pytest_collection() -> None:
    """What is imported and collected now is no garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """It stays to the end: what looks for garbage need not look through it, nor all that often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def own_figures() -> None:
    """The figures of this run lie in its own directory, also where a test changes the settings first."""
    assert shared.directory() == DIRECTORY / "run" / "crm" / "metrics"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing that an earlier test has left: no scope, no complaint, no burst."""
    scope.leave()
    guard._complained.clear()
    security._bursts.counts.clear()
    yield
    scope.leave()


@pytest.fixture
def reports() -> Iterator[list[ErrorReport]]:
    """The reports that this test has caused."""
    with captured_reports() as captured:
        yield captured


@pytest.fixture
def catalogue() -> Iterator[None]:
    """The catalogue, put back as it was."""
    tables: list[dict[Any, Any]] = [catalog.KINDS, catalog.REGISTERED, catalog._meanings]
    known = [dict(table) for table in tables]
    yield
    for table, entries in zip(tables, known, strict=True):
        table.clear()
        table.update(entries)
    catalog._found.clear()


class Log:
    """The log files, from where they stood when the test began."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.starts = {path.name: path.stat().st_size for path in directory.iterdir()}

    def lines(self, name: str = "crm.log", logger: str = "") -> list[dict[str, Any]]:
        """The parsed lines of a file, of this logger where one is named."""
        lines = lines_of(self.directory / name, self.starts.get(name, 0))
        return [line for line in lines if line.get("logger", "").endswith(logger)]

    @property
    def access(self) -> list[dict[str, Any]]:
        """The lines of the access log."""
        return self.lines(logger=".access")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The lines of the reports."""
        return self.lines(logger=".errors")

    @property
    def security(self) -> list[dict[str, Any]]:
        """The lines of the security log."""
        return self.lines("security.log")


@pytest.fixture
def log() -> Log:
    """What this test has logged."""
    return Log(DIRECTORY)


@pytest.fixture
def client() -> Client:
    """A client with a name that gets 500s as answers, as every client does."""
    return Client(raise_request_exception=False, headers={"user-agent": "tests"})


@pytest.fixture
def browser() -> Client:
    """The same, asking for pages as a browser does."""
    return Client(raise_request_exception=False, headers={"user-agent": "tests", "accept": BROWSER})
