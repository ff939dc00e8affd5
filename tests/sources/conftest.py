"""Fixtures for the tests of the sources."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception
from rest_framework.test import APIClient


@pytest.fixture
def api() -> APIClient:
    """DRF's client; it gets 500s as answers and CSRF is checked, as for every client."""
    return APIClient(
        enforce_csrf_checks=True, raise_request_exception=False, headers={"user-agent": "tests"}
    )


@pytest.fixture
def signals() -> Iterator[list[BaseException | None]]:
    """The exceptions that `got_request_exception` was sent for."""
    heard: list[BaseException | None] = []

    def hear(**_: Any) -> None:
        heard.append(sys.exc_info()[1])

    got_request_exception.connect(hear)
    yield heard
    got_request_exception.disconnect(hear)


@pytest.fixture
def shaped(settings: Any) -> Any:
    """Answer in this shape from now on."""

    def shaped(shape: str | None, **others: Any) -> None:
        settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape, **others}

    return shaped
