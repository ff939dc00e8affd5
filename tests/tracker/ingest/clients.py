"""The clients of other languages, installed once for each environment."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent / "node"
PLACE = Path(sys.prefix) / "share" / "fireline-tests" / "node"


def installed() -> Path:
    """The directory of the programs for node, with what they need; else the test is skipped."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm: apt-get install nodejs npm")
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    with (PLACE.parent / "lock").open("w") as lock:  # other runs of the tests want them, too
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install()
    return PLACE


def _install() -> None:
    wanted = (SOURCES / "package.json").read_bytes()
    mark = PLACE / "installed.json"
    if not mark.exists() or mark.read_bytes() != wanted:
        shutil.rmtree(PLACE, ignore_errors=True)
        shutil.copytree(SOURCES, PLACE)
        done = _run("npm", "install", "--no-fund", "--no-audit", "--no-package-lock")
        if done.returncode != 0:
            pytest.skip(f"needs the npm registry: {done.stderr.strip()[-300:]}")
        mark.write_bytes(wanted)
    shutil.copytree(SOURCES, PLACE, dirs_exist_ok=True)


def bundle(script: Path) -> None:
    """Make the script of a page, as a build step does."""
    installed()
    done = _run("node_modules/.bin/esbuild", "page.js", "--bundle", f"--outfile={script}")
    assert done.returncode == 0, done.stderr


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PLACE, capture_output=True, text=True, check=False)
