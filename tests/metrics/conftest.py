"""Fixtures of figures: processes of a service, and scrapes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BEFORE = """
import os, sys, time, json
from tests.metrics.service import *
"""


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., str]:
    """Run a script in a process of its own, whose run directory is `tmp_path`; what it printed."""

    def process(script: str, *, before: tuple[str, ...] = (), **environment: str) -> str:
        done = subprocess.run(
            [*before, sys.executable, "-W", "error", "-c", BEFORE + script, str(tmp_path / "run")],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "", **environment},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return process
