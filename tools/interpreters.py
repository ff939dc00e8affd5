"""
Prints the other Python interpreters of this machine that Fireline supports, one a line.

`tools/interpreters.py PYTHON` leaves out the version of that one. pyenv's shims answer for versions
that are not active, so each candidate is asked before it is believed.
"""

import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def version_of(python: str) -> str:
    """The interpreter's version, empty where it does not run or cannot make environments."""
    question = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def candidates(version: str) -> list[str]:
    """Where an interpreter of this version may be."""
    pyenv = Path.home() / ".pyenv" / "versions"
    return [f"python{version}", *map(str, pyenv.glob(f"{version}.*/bin/python"))]


def main(chosen: str) -> None:
    """Print them."""
    for version in VERSIONS:
        if version == version_of(chosen):
            continue
        for python in candidates(version):
            if version_of(python) == version:
                print(python)
                break


if __name__ == "__main__":
    main(*sys.argv[1:])
