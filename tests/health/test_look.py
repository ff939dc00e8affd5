"""A look at checks: what hangs, raises, leaks or returns rubbish is bounded in time and in words."""

import asyncio
import json
import threading
import time

import pytest
from django.db import connection, connections

from fireline import health
from fireline.health import Look, Reading, Status

LIMIT, PATIENCE = 0.5, 20
"""Seconds of HEALTH_TIMEOUT, for what hangs and for all else."""
DSN = "postgres://crm:hunter2@db.internal:5432/crm"


@pytest.fixture(params=["sync", "async"])
def look(request, settings):
    """Look at these checks, in either way; nothing is kept."""
    settings.FIRELINE = {
        "SERVICE": "crm",
        "HEALTH_TIMEOUT": PATIENCE,
        "HEALTH_CACHE_SECONDS": 0,
        "READY_CHECKS": ["database", "cache", "database:replica"],
    }

    def look(*names, **options):
        looked = Look(names, **options)
        if request.param == "async":
            return asyncio.run(looked.verdicts_async())
        return looked.verdicts()

    return look


@pytest.mark.parametrize(
    ("returned", "details"),
    [
        pytest.param(None, {}, id="nothing"),
        pytest.param(True, {}, id="true"),
        pytest.param({"rows": 7}, {"rows": 7}, id="details"),
        pytest.param(42, {"value": 42}, id="number"),
        pytest.param("well", {"value": "well"}, id="text"),
        pytest.param({"a": {1: (2, {3})}}, {"a": {"1": [2, [3]]}}, id="nested"),
        pytest.param({"x": float("nan")}, {"x": "nan"}, id="no-number"),
        pytest.param({"password": "hunter2"}, {"password": "[redacted]"}, id="secret-key"),
        pytest.param({"at": DSN}, {"at": "postgres://[redacted]@db.internal:5432/crm"}, id="dsn"),
    ],
)
def test_returned_value_is_shown_as_details(look, returned, details):
    """A check that has not raised has passed."""
    health.register("own", lambda: returned)

    verdict = look("own")["own"]

    assert (verdict.status, verdict.message) == (Status.HEALTHY, "OK")
    assert verdict.details == details


class Hostile:
    def __repr__(self):
        raise ValueError("no text of it")


def endless():
    cycle = {}
    cycle["again"] = cycle
    return cycle


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param({"x": Hostile()}, id="no-repr"),
        pytest.param({Hostile(): "x"}, id="key-without-repr"),
        pytest.param(endless(), id="endless"),
        pytest.param({"x": 10**5000}, id="number-too-long"),
        pytest.param({"x": "y" * 10_000_000}, id="ten-megabytes"),
        pytest.param({str(number): number for number in range(100_000)}, id="wide"),
        pytest.param({"x": "\ud800"}, id="no-unicode"),
        pytest.param({"x": b"\xff", "y": object, "z": lambda: None}, id="objects"),
    ],
)
def test_rubbish_is_bounded_and_can_be_written(look, returned):
    """Whatever it is: valid JSON, and not much of it."""
    health.register("own", lambda: returned)

    verdict = look("own")["own"]

    assert verdict.status is Status.HEALTHY
    assert len(json.dumps(verdict.details, allow_nan=False)) < 10_000


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(ValueError("broken"), "ValueError: broken", id="says-why"),
        pytest.param(ZeroDivisionError(), "ZeroDivisionError", id="says-nothing"),
        pytest.param(
            OSError(f"cannot reach {DSN}"),
            "OSError: cannot reach postgres://[redacted]@db.internal:5432/crm",
            id="leaks-a-dsn",
        ),
        pytest.param(
            RuntimeError("host=db password=hunter2 user=crm"),
            "RuntimeError: host=db password=[redacted] user=crm",
            id="leaks-a-password",
        ),
        pytest.param(SystemExit(3), "SystemExit: 3", id="ends-the-process"),
    ],
)
def test_raising_check_is_unhealthy_and_leaks_nothing(look, error, message):
    """Its text is for those who are trusted, and even they see no secret."""

    def broken():
        raise error

    health.register("own", broken)

    verdict = look("own")["own"]

    assert (verdict.status, verdict.message) == (Status.UNHEALTHY, message)


def test_false_is_no_way_to_fail(look):
    """It could be taken for one; it fails, and says how to."""
    health.register("own", lambda: False)

    verdict = look("own")["own"]

    assert verdict.status is Status.UNHEALTHY
    assert "Let it raise what is wrong" in verdict.message


def test_check_may_be_degraded(look):
    """By a Reading, whose words are scrubbed as all others."""
    health.register("own", lambda: Reading(message=f"slow: {DSN}", status="degraded"))

    verdict = look("own")["own"]

    assert verdict.status is Status.DEGRADED
    assert "hunter2" not in verdict.message


def test_coroutine_is_awaited(look):
    """An async function is a check, too."""

    async def own():
        await asyncio.sleep(0)
        return {"rows": 7}

    health.register("own", own)

    assert look("own")["own"].details == {"rows": 7}


def test_hanging_checks_cost_one_limit_together(look, dependency, settings):
    """All are started before the first is waited for; while they hang nobody waits again."""
    settings.FIRELINE = {**settings.FIRELINE, "HEALTH_TIMEOUT": LIMIT}
    dependency.goes_on.clear()
    for number in range(5):
        health.register(f"hangs {number}", dependency)
    names = [f"hangs {number}" for number in range(5)]

    since = time.monotonic()
    first = look("memory", *names)
    waited = time.monotonic() - since
    for _ in range(20):
        look(*names)

    assert LIMIT * 0.9 <= waited < LIMIT * 5  # five that each wait would take five limits
    assert time.monotonic() - since < LIMIT * 10  # and twenty looks more than twenty
    assert first["memory"].status is Status.HEALTHY
    assert {first[name].message for name in names} == {
        f"TimeoutError: No answer within {LIMIT:g} s"
    }
    assert dependency.calls == 5


def test_check_that_is_not_known_fails(look):
    """A service that waits for what does not exist must not seem ready."""
    verdict = look("databse")["databse"]

    assert verdict.status is Status.UNHEALTHY
    assert "There is no check 'databse'. There are database, cache, " in verdict.message


def test_later_check_takes_the_place_of_the_first(look):
    """Also of one of Fireline's."""
    health.register("cache", lambda: {"mine": True})

    assert look("cache")["cache"].details == {"mine": True}
    health.unregister("cache")
    assert look("cache")["cache"].message == "Cache OK"


def test_connection_of_a_check_is_closed_behind_it(look, db):
    """One that hung, or whose server has restarted, would be broken for the next check."""
    seen = []

    def own():
        connection.ensure_connection()
        seen.append(connections["default"])
        seen.append(threading.current_thread())

    health.register("own", own)
    look("own")
    look("own")

    assert seen[0] is not connections["default"]
    assert seen[0] is seen[2]  # of one thread
    assert seen[1] is seen[3] is not threading.current_thread()
    assert seen[0].connection is None


def test_finding_is_kept(settings, dependency):
    """For HEALTH_CACHE_SECONDS, however many look."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_CACHE_SECONDS": 60}
    health.register("own", dependency)

    for _ in range(100):
        Look(["own"]).verdicts()

    assert dependency.calls == 1


def test_changed_settings_ask_anew(settings):
    """Tests of a service change its databases and caches."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_CACHE_SECONDS": 60}
    first = Look(["cache"]).verdicts()["cache"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    second = Look(["cache"]).verdicts()["cache"]

    assert (first.message, second.message) == ("Cache OK", "Cache OK: a DummyCache keeps nothing")


def test_refresh_waits_for_nothing_and_announces_what_was_found(settings, announced, dependency):
    """A service that nobody probes has figures of its checks, too."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_TIMEOUT": LIMIT, "HEALTH_CACHE_SECONDS": 0}
    dependency.goes_on.clear()
    health.register("own", dependency)

    since = time.monotonic()
    health.refresh()
    assert time.monotonic() - since < LIMIT
    assert announced == []
    time.sleep(LIMIT)
    health.refresh()

    assert ("own", "unhealthy") in announced
    assert ("memory", "healthy") in announced
