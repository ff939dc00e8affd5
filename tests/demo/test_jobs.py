"""The demo's job: an import, in the background and at the prompt."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ops.running import demo
from tests.running import PATIENCE
from tests.servers.running import ROOT

EXPORT = "demo/customers/seed/old-export.csv"


@dataclass
class Crm:
    """The demo as it is served: its data, and a client with a browser's headers."""

    data: Path
    client: httpx.Client

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with these words, on the same data."""
        environment = {"CRM_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "crm.settings"}
        return subprocess.run(
            [sys.executable, "demo/manage.py", *words],
            cwd=ROOT, env={**os.environ, **environment}, text=True, capture_output=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip

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
        raw = path.read_bytes().splitlines() if path.exists() else []
        lines = [json.loads(line) for line in raw]
        return [line for line in lines if having.items() <= line.items()]


@pytest.fixture(scope="module")
def crm(tmp_path_factory) -> Iterator[Crm]:
    """The demo."""
    directory = tmp_path_factory.mktemp("demo")
    with demo(directory) as client:
        client.headers["accept"] = "text/html"
        yield Crm(directory / "data", client)


def test_import_in_the_background_fails_under_the_id_of_its_request(crm):
    """From the page of failures: the page works, and a moment later the thread has failed."""
    page = crm.client.get("/failures/").text
    token = {"csrfmiddlewaretoken": crm.client.cookies["crm_csrf"]}

    answer = crm.client.post("/failures/background-import/", data=token)

    assert 'action="/failures/background-import/"' in page
    assert answer.status_code == 200
    assert f"<dd>{answer.headers['x-correlation-id']}</dd>" in answer.text
    line = crm.error(correlation_id=answer.headers["x-correlation-id"])
    assert (line["job"], line["exceptions"][0]["type"]) == ("import", "KeyError")


def test_import_at_the_prompt(crm, tmp_path):
    """It works, fails with a report, and refuses a mistake without one; the page shows the lines."""
    good = tmp_path / "good.csv"
    good.write_text("name,email\nPelle Lindqvist,pelle@lindqvist.example\n")
    before = len(crm.errors())

    works = crm.command("import_customers", str(good))
    fails = crm.command("import_customers", EXPORT)
    mistake = crm.command("import_customers", "no-such-file.csv")

    assert (works.returncode, works.stdout) == (0, "1 customers were added.\n")
    assert (fails.returncode, fails.stderr.splitlines()[-1]) == (1, "KeyError: 'email'")
    assert mistake.returncode == 1
    assert "CommandError: There is no file no-such-file.csv." in mistake.stderr
    line = crm.error(command="import_customers")
    assert line["command_line"] == f"demo/manage.py import_customers {EXPORT}"
    assert len(crm.errors()) == before + 1
    assert f"python demo/manage.py import_customers {EXPORT}" in crm.client.get("/failures/").text
