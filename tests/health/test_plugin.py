"""HEALTH_CHECKS: functions and django-health-check's classes, by dotted path."""

import pytest

from fireline.health import Look, Status, everything
from tests.health import plugins

HERE = "tests.health.plugins"


def verdict_of(settings, path):
    """What the check at this dotted path says."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_CHECKS": {"own": path}}
    return Look(["own"]).verdicts()["own"]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        pytest.param(f"{HERE}.search", "healthy", "OK", id="function"),
        pytest.param(
            f"{HERE}.Slow",
            "degraded",
            "ServiceWarning: Warning: The search is slow: token=[redacted]",
            id="class-that-warns",
        ),
        pytest.param(
            f"{HERE}.Away",
            "unhealthy",
            "ServiceUnavailable: Unavailable: No answer of the default",
            id="class",
        ),
        pytest.param(
            f"{HERE}.other",
            "unhealthy",
            "ServiceUnavailable: Unavailable: No answer of another",
            id="instance",
        ),
        pytest.param("health_check.Cache", "healthy", "OK", id="theirs"),
        pytest.param("health_check.Database", "healthy", "OK", id="theirs-of-the-database"),
        pytest.param(
            f"{HERE}.answer",
            "unhealthy",
            f"TypeError: {HERE}.answer is 42. Name a function or a django-health-check.",
            id="no-check",
        ),
    ],
)
def test_check_by_dotted_path(settings, db, path, status, message):
    """A ServiceWarning is degraded, every other exception unhealthy."""
    verdict = verdict_of(settings, path)

    assert (verdict.status, verdict.message) == (Status(status), message)


@pytest.mark.parametrize("path", ["nowhere.check", f"{HERE}.nothing"])
def test_path_that_cannot_be_imported_fails(settings, path):
    """`manage.py check` says so before."""
    verdict = verdict_of(settings, path)

    assert verdict.status is Status.UNHEALTHY
    assert verdict.message.startswith(("ImportError", "ModuleNotFoundError"))


def test_bug_in_a_check_is_unhealthy(settings, caplog):
    """Whatever it raises; django-health-check logs the exception itself."""
    assert verdict_of(settings, f"{HERE}.Bug").status is Status.UNHEALTHY
    assert "a bug in the check" in caplog.text


def test_details_of_a_function_are_shown(settings):
    """As everywhere."""
    assert verdict_of(settings, f"{HERE}.search").details == {"documents": 7}


def test_it_is_part_of_the_whole_report(settings):
    """Under its name."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_CHECKS": {"search": f"{HERE}.search"}}

    assert "search" in everything().verdicts()


def test_connection_of_a_plugin_is_closed_behind_it(settings, db):
    """It runs in the check's own thread, not in one whose connection nobody closes."""
    plugins.seen.clear()

    assert verdict_of(settings, f"{HERE}.Asks").status is Status.HEALTHY
    was_open, connection = plugins.seen
    assert was_open
    assert connection.connection is None
