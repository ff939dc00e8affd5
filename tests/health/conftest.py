"""Checks that nobody has asked before, and what is announced of them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fireline.health import counts, registry
from fireline.signals import health_checked


@pytest.fixture(autouse=True)
def unasked() -> Iterator[None]:
    """Nothing is registered, nothing is kept; what hangs ends with the test."""
    registry._made.clear()
    counts._timed.forget()
    yield
    registry._made.clear()
    registry._registered.clear()
    counts._counts.clear()


@pytest.fixture
def announced() -> Iterator[list[tuple[str, str]]]:
    """Name and status of each finding that was announced."""
    heard: list[tuple[str, str]] = []

    def hear(name: str, status: str, **_: Any) -> None:
        heard.append((name, status))

    health_checked.connect(hear)
    yield heard
    health_checked.disconnect(hear)


class Dependency:
    """Something that is asked by a check: well, broken or hanging, as the test wants it."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()

    def __call__(self) -> None:
        self.calls += 1
        self.goes_on.wait(30)
        if self.error is not None:
            raise self.error


@pytest.fixture
def dependency() -> Iterator[Dependency]:
    """One that goes on when the test ends."""
    dependency = Dependency()
    yield dependency
    dependency.goes_on.set()
