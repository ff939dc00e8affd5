"""HealthChecker: checks that a service puts together itself."""

import asyncio
import threading
import time

import pytest

from fireline.health import HealthChecker, Reading

LIMIT, PATIENCE = 0.3, 20
"""Seconds of HEALTH_TIMEOUT, for what hangs and for all else."""


def broken():
    raise OSError("cannot reach postgres://crm:hunter2@db/crm")


@pytest.fixture(params=["sync", "async"])
def run(request, settings):
    """Run the checks of a checker, in either way."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_TIMEOUT": PATIENCE}
    if request.param == "sync":
        return HealthChecker.run_checks
    return lambda checker: asyncio.run(checker.run_checks_async())


def test_checks_pass_and_fail(run):
    """The shape of the contract: `response_time` in seconds, or an `error` without secrets."""
    checker = HealthChecker()
    checker.add_check("database", lambda: {"rows": 7})
    checker.add_check("queue", lambda: None).add_check("search", broken)

    found = run(checker)

    first, second, third = found["checks"]
    assert found["status"] == "unhealthy"
    assert (first["name"], first["status"]) == ("database", "pass")
    assert 0 <= first.pop("response_time") < PATIENCE
    assert first.keys() == {"name", "status"}
    assert (second["name"], second["status"]) == ("queue", "pass")
    assert third == {
        "name": "search",
        "status": "fail",
        "error": "cannot reach postgres://[redacted]@db/crm",
    }


def test_empty_checker_is_healthy(run):
    """Nothing has failed."""
    assert run(HealthChecker()) == {"status": "healthy", "checks": []}


@pytest.mark.parametrize(
    ("function", "status", "entry"),
    [
        pytest.param(lambda: Reading(status="degraded"), "degraded", "pass", id="degraded"),
        pytest.param(
            lambda: Reading(status="unhealthy", message="no"), "unhealthy", "fail", id="unhealthy"
        ),
    ],
)
def test_reading_is_understood(run, function, status, entry):
    """Degraded passes."""
    found = run(HealthChecker().add_check("own", function))

    assert (found["status"], found["checks"][0]["status"]) == (status, entry)


def test_error_without_a_text_is_named(run):
    """An empty text would say nothing."""

    def silent():
        raise KeyboardInterrupt

    found = run(HealthChecker().add_check("own", silent))

    assert found["checks"][0]["error"] == "KeyboardInterrupt"


def test_each_run_is_of_now(run):
    """Who runs checks wants to know."""
    calls = []
    checker = HealthChecker().add_check("own", lambda: calls.append(1))

    run(checker), run(checker)

    assert len(calls) == 2


def test_hanging_check_costs_its_limit_once(run, dependency, settings):
    """Also where a view makes a new checker for each request: it finds the check that hangs."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_TIMEOUT": LIMIT}
    dependency.goes_on.clear()
    before = threading.active_count()

    since = time.monotonic()
    found = [run(HealthChecker().add_check("own", dependency)) for _ in range(20)]

    assert time.monotonic() - since < LIMIT * 10  # twenty that each wait would take twenty limits
    assert found[0]["checks"][0]["error"] == "No answer within 0.3 s"
    assert dependency.calls == 1
    assert threading.active_count() <= before + 1


def test_function_without_a_hash_is_a_check(run):
    """A dataclass with a `__call__` has none."""

    class Unhashable:
        __hash__ = None

        def __call__(self):
            return None

    assert run(HealthChecker().add_check("own", Unhashable()))["status"] == "healthy"
