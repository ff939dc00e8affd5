"""For the tests of a service: what was reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fireline.errors import ErrorReport
from fireline.signals import reported


@contextmanager
def captured_reports() -> Iterator[list[ErrorReport]]:
    """
    A list that fills with the reports made inside the block, in every thread::

        with captured_reports() as reports:
            client.get("/broken/")

        assert [report.code for report in reports] == ["INTERNAL_ERROR"]
    """
    reports: list[ErrorReport] = []

    def hear(report: ErrorReport, **_: Any) -> None:
        reports.append(report)

    reported.connect(hear, weak=False)
    try:
        yield reports
    finally:
        reported.disconnect(hear)
