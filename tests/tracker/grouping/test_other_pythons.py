"""The interpreters between those that run these tests."""

import sys
from functools import cache

import pytest

from tests.tracker.grouping.test_recorded import EXPECTED, fingerprints, raised_now, recorded
from tools.interpreters import interpreters


@cache
def others() -> dict[str, str]:
    """Where the other interpreters of this machine are."""
    return interpreters(sys.executable)


@pytest.mark.parametrize("version", ["3.12"])
def test_bugs_raised_by_other_pythons(version: str) -> None:
    """Their events have the fingerprints of the recorded ones, too."""
    python = others().get(version)
    if python is None:
        pytest.skip(f"pyenv install {version}")

    assert raised_now(python) == fingerprints(recorded(EXPECTED))
