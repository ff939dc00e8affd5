"""The operators' own tools: promtool, amtool, Prometheus and Alertmanager, from Debian."""

import shutil
import subprocess
from pathlib import Path

import pytest

OPS = Path(__file__).parents[2] / "ops"
RULES = sorted((OPS / "prometheus" / "rules").glob("*.yml"))

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
_NEEDED = {
    "prometheus": shutil.which("prometheus") and shutil.which("promtool"),
    "prometheus-alertmanager": ALERTMANAGER and shutil.which("amtool"),
}
MISSING = " ".join(package for package, tool in _NEEDED.items() if not tool)

needs_tools = pytest.mark.skipif(
    bool(MISSING), reason=f"apt-get install -y --no-install-recommends {MISSING}"
)


def said_by(*command: str | Path) -> str:
    """What a tool prints; fails the test with it where the tool finds a fault."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
