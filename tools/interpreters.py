"""
Prints the versions of the other Python interpreters of this machine that Fireline supports.

`tools/interpreters.py PYTHON` leaves out the version of that one; with a version behind it prints
where that one is. pyenv's shims answer for versions that are not active, so each candidate is asked
before it is believed.
"""

import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.14", "3.13", "3.12", "3.11")


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


def interpreters(chosen: str) -> dict[str, str]:
    """Where there is one of each version, but for that of the chosen one."""
    found: dict[str, str] = {}
    own = version_of(chosen)
    for version in VERSIONS:
        if version != own:
            for python in candidates(version):
                if version not in found and version_of(python) == version:
                    found[version] = python
    return found


def main(chosen: str, *wanted: str) -> None:
    """Print them."""
    found = interpreters(chosen)
    print("\n".join([found[version] for version in wanted] or found))


if __name__ == "__main__":
    main(*sys.argv[1:])
