"""The service in processes of its own, and what they log and report."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import loaded
from tests.background.told import told_in
from tests.lines import lines_of
from tests.running import PATIENCE
from tests.servers.running import MODULES

ROOT = Path(__file__).parents[2]


@dataclass
class Service:
    """The service: where it keeps its things, and what its processes say."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with these words, in a process of its own."""
        return self.python("-m", "django", *words)

    def python(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python with these words."""
        return loaded.python(
            "-W", "error", *words, env=self._environment(environment), also=MODULES
        )

    @contextmanager
    def running(self, *words: str) -> Iterator[loaded.Process]:
        """The same without waiting for it; it is ended behind the block."""
        process = loaded.started(
            *words,
            env=self._environment({}),
            output=self.directory / "output",
            also=MODULES,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE / 3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE)

    def told(self, count: int = 1, **having: Any) -> list[Mapping[str, Any]]:
        """The reports whose context has these values, as soon as there are so many."""
        return self._soon(lambda: told_in(self.directory, **having), count)

    def lines(self, count: int = 1, **having: Any) -> list[Mapping[str, Any]]:
        """The lines of the log that have these fields, as soon as there are so many."""
        return self._soon(lambda: self._lines(having), count)

    def line_saying(self, text: str, **having: Any) -> Mapping[str, Any]:
        """The first such line whose message has this text."""
        lines = self._soon(
            lambda: [line for line in self._lines(having) if text in line["message"]], 1
        )
        assert lines, f"no line says {text!r}"
        return lines[0]

    def _lines(self, having: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        path = self.directory / "logs" / "crm.log"
        return [line for line in lines_of(path) if having.items() <= line.items()]

    def _soon(self, found: Any, count: int) -> Any:
        until = time.monotonic() + PATIENCE
        while len(here := found()) < count and time.monotonic() < until:
            time.sleep(0.02)
        return here

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT}/src:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.background.settings",
            "TESTS_DIRECTORY": str(self.directory),
            **self.environment,
            **more,
        }
