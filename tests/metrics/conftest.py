"""Fixtures of figures: processes of a service, and scrapes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import loaded

BEFORE = """
import os, sys, time, json
assert "prometheus_client" not in sys.modules  # it asks its environment once
from tests.metrics.service import *
"""


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., str]:
    """Run a script in a process of its own, whose run directory is `tmp_path`; what it printed."""

    def process(script: str, *, before: tuple[str, ...] = (), **environment: str) -> str:
        arguments = ("-W", "error", "-c", BEFORE + script, str(tmp_path / "run"))
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "", **environment}
        if before:
            done = subprocess.run(
                [*before, sys.executable, *arguments],
                env={**env, "PYTHONPATH": f"{loaded.ROOT / 'src'}:{loaded.ROOT}"},
                capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
        else:
            done = loaded.python(*arguments, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return process
