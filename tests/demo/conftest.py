"""The demo, as `make demo` serves it: once for all that look at it, and a browser to look with."""

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests import loaded
from tests.browser import chromium as running_chromium
from tests.lines import lines_of
from tests.ops.running import demo, of_the_demo
from tests.running import PATIENCE
from tests.servers.running import MODULES


@dataclass
class Crm:
    """The demo that runs: where it is, what it keeps and what it logs."""

    url: str
    directory: Path

    @property
    def data(self) -> Path:
        """Its database, logs and mails."""
        return self.directory / "data"

    @property
    def password(self) -> str:
        """The operator's, as it was printed at the start."""
        found = re.search(r"Password +(\S+)", (self.directory / "demo.log").read_text())
        assert found
        return found[1]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with these words, on the same data."""
        return loaded.python("demo/manage.py", *words, env=of_the_demo(self.data), also=MODULES)

    def error(self, **having: Any) -> dict[str, Any]:
        """The one line of the errors' log that has these fields, as soon as it is there."""
        until = time.monotonic() + PATIENCE
        while not (found := self.errors(**having)) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(found) == 1
        return found[0]

    def errors(self, **having: Any) -> list[dict[str, Any]]:
        """The lines of the errors' log that have these fields."""
        path = self.data / "logs" / "crm_errors.log"
        return [line for line in lines_of(path) if having.items() <= line.items()]


@pytest.fixture(scope="package")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    """The demo."""
    directory = tmp_path_factory.mktemp("demo")
    with demo(directory) as client:
        yield Crm(str(client.base_url).rstrip("/"), directory)


@pytest.fixture(scope="module")
def visitor(crm: Crm) -> Iterator[httpx.Client]:
    """Somebody who is not logged in, with a browser's headers."""
    with httpx.Client(base_url=crm.url, timeout=30, headers={"accept": "text/html"}) as client:
        yield client


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with running_chromium() as browser:
        yield browser
