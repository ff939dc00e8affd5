"""Bugs of real views, below middlewares that come and go."""

import asyncio
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import AsyncClient, Client, override_settings
from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.utils import event_from_exception

from fireline.sentry.stack import exceptions_of
from fireline.tracker.grouping import fingerprint_of
from tests.tracker.grouping.events import Event
from tests.tracker.grouping.service import Refused, Timing, pay

HERE = "tests.tracker.grouping.service"
COMMON = "django.middleware.common.CommonMiddleware"
STACKS = [
    pytest.param([], id="none"),
    pytest.param([COMMON], id="Django's"),
    pytest.param([f"{HERE}.plain"], id="a function"),
    pytest.param([f"{HERE}.Timing", COMMON, f"{HERE}.plain"], id="several"),
    pytest.param([f"{HERE}.plain", f"{HERE}.plain", f"{HERE}.Timing"], id="one twice"),
]


def served(address: str, middleware: list[str], **settings: Any) -> Event:
    """The event of what this address raises, with every frame from the client of the tests on."""
    changed = {"ROOT_URLCONF": HERE, "MIDDLEWARE": middleware, "DEBUG_PROPAGATE_EXCEPTIONS": True}
    with (
        override_settings(**{**changed, **settings}),
        pytest.raises(Exception, match="order") as caught,
    ):
        Client().get(address)
    event, _ = event_from_exception(caught.value)
    return {**event, "platform": "python"}


@pytest.mark.parametrize("middleware", STACKS)
@pytest.mark.parametrize("address", ["/show/", "/wait/", "/api/"])
def test_views_below_middlewares(address: str, middleware: list[str]) -> None:
    """Neither Django's middlewares nor the service's own have a part in it."""
    event = served(address, middleware)

    assert set(fingerprint_of(event).parts) == {
        "type: Refused",
        f"frame: {HERE} in {address.strip('/')}",
        f"frame: {HERE} in pay",
        'line: raiseRefused(f"order{order}")',
    }


def test_where_it_is_caught_makes_no_difference() -> None:
    """Django catches below each middleware, which is where most events come from."""
    inside = served("/show/", [f"{HERE}.plain"], DEBUG_PROPAGATE_EXCEPTIONS=False)

    assert fingerprint_of(inside) == fingerprint_of(served("/show/", []))


@pytest.mark.parametrize("middleware", STACKS)
def test_views_under_asgi(middleware: list[str]) -> None:
    """The same view served by an event loop is the same bug."""
    changed = {"ROOT_URLCONF": HERE, "MIDDLEWARE": middleware}

    async def ask() -> Event:
        try:
            await AsyncClient().get("/wait/")
        except Exception as error:
            return event_from_exception(error)[0]
        raise AssertionError

    with override_settings(**changed):
        event = asyncio.run(ask())

    assert fingerprint_of({**event, "platform": "python"}) == fingerprint_of(served("/wait/", []))


def test_who_describes_it_makes_no_difference() -> None:
    """Fireline's own frames name classes, the SDK's do not: the bug is the same."""
    options = {**DEFAULT_OPTIONS, "project_root": "/", "in_app_include": [], "in_app_exclude": []}
    with pytest.raises(Refused) as caught:
        Timing(lambda request: pay(1))(HttpRequest())

    ours = {"exception": {"values": exceptions_of(caught.value, options, {"type": "generic"})}}
    theirs, _ = event_from_exception(caught.value)

    assert "Timing.measured" in str(ours)
    assert fingerprint_of({**ours, "platform": "python"}) == fingerprint_of(
        {**theirs, "platform": "python"}
    )
