"""What the docs of events say."""

import inspect
import re
from pathlib import Path

from fireline.sentry import init

ROOT = Path(__file__).parents[2]


def test_every_variable_is_in_the_example():
    """Whoever reads a new one writes it down."""
    read = {
        name
        for file in (ROOT / "src" / "fireline").rglob("*.py")
        for found in re.findall(
            r"os\.environ(?:\.get)?[\[(] ?\"([A-Z][A-Z_]+)\"|\"([A-Z_]+)\" in os\.environ",
            file.read_text(),
        )
        for name in found  # of two groups one is empty
        if name
    }

    example = (ROOT / ".env.example").read_text()
    assert {name for name in read if f"{name}=" not in example} == set()


def test_every_argument_is_in_the_page():
    """The table names what the call takes."""
    page = (ROOT / "docs" / "sentry.md").read_text()

    for name, parameter in inspect.signature(init).parameters.items():
        if parameter.kind is not parameter.VAR_KEYWORD:
            assert f"`{name}`" in page
