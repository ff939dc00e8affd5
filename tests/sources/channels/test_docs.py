"""docs/websockets.md tells the truth."""

import re
from pathlib import Path

from fireline.answers.frames import close_code, is_last
from fireline.errors import KINDS, describe
from fireline.errors.catalog import Description
from fireline.sources.channels import WebSocketErrorHandler, lanes

PAGE = (Path(__file__).parents[3] / "docs" / "websockets.md").read_text()


def test_table_of_close_codes_is_the_catalogue():
    """Every code stands in the row of its close code."""
    rows = re.findall(r"^\| (\d{4}) \| ([`A-Z_, ]+) \| (stays open|closes) \|$", PAGE, re.MULTILINE)
    written = {
        code: (int(number), what == "closes")
        for number, codes, what in rows
        for code in re.findall("[A-Z_]+", codes)
    }

    reports = {
        kind.code: describe(None, description=Description(kind=kind)) for kind in KINDS.values()
    }
    assert written == {
        code: (close_code(report), is_last(report)) for code, report in reports.items()
    }


def test_handler_is_described():
    """Each method has its row."""
    for name in vars(WebSocketErrorHandler):
        assert name.startswith("_") or f"`{name}(" in PAGE
    assert f"up to {lanes.AT_MOST} may block" in PAGE
