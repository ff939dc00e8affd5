"""What is said when a check changes its state."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fireline import health
from fireline.health import Look, Reading
from fireline.signals import health_checked


@pytest.fixture
def look(settings):
    """Look at these checks now; `own` and `database` are essential."""
    settings.FIRELINE = {
        "SERVICE": "crm",
        "HEALTH_CACHE_SECONDS": 0,
        "READY_CHECKS": ["own", "database"],
    }
    return lambda *names: Look(names).verdicts()


def told(log):
    """Level, check and state of each line about health."""
    return [
        (line["level"], line["check"], line["health"]) for line in log.lines(logger="crm.health")
    ]


def test_change_is_told_once_and_so_is_the_return(look, log, reports, dependency):
    """However often it is asked in between."""
    health.register("own", dependency)
    look("own")
    dependency.error = OSError("away")
    look("own"), look("own"), look("own")
    dependency.error = None
    look("own"), look("own")

    assert told(log) == [("ERROR", "own", "unhealthy"), ("INFO", "own", "healthy")]
    assert log.lines(logger="crm.health")[0]["message"] == "Check own is unhealthy: OSError: away"
    assert reports == []


def test_degraded_check_is_a_warning(look, log):
    """It is no outage."""
    health.register("own", lambda: Reading(message="slow", status="degraded"))

    look("own"), look("own")

    assert told(log) == [("WARNING", "own", "degraded")]


def test_healthy_start_is_nothing_to_tell(look, log):
    """A line for each check at each start would be noise."""
    look("memory", "disk", "cache")

    assert told(log) == []


def test_lost_database_is_a_critical_report(look, log, reports, dependency):
    """Category external, once; its return is a line."""
    health.register("database", dependency)
    dependency.error = OSError("away")
    look("database"), look("database")
    dependency.error = None
    look("database")

    assert [(report.code, report.category, report.severity) for report in reports] == [
        ("SERVICE_UNAVAILABLE", "external", "critical")
    ]
    assert reports[0].context["check"] == "database"
    assert reports[0].exception.args == ("away",)
    assert told(log) == [("INFO", "database", "healthy")]


def test_database_that_readiness_does_not_need_is_a_line(look, log, reports, dependency, settings):
    """Somebody else's database is not worth waking anybody."""
    settings.FIRELINE = {**settings.FIRELINE, "READY_CHECKS": ["cache"]}
    health.register("database", dependency)
    dependency.error = OSError("away")

    look("database")

    assert reports == []
    assert told(log) == [("ERROR", "database", "unhealthy")]


def test_each_finding_is_announced_once(look, announced, dependency, settings):
    """The figure of a check follows every run, not every asker."""
    health.register("own", dependency)
    look("own")
    dependency.error = OSError("away")
    look("own")
    settings.FIRELINE = {**settings.FIRELINE, "HEALTH_CACHE_SECONDS": 60}
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: look("own"), range(200)))

    assert announced == [("own", "healthy"), ("own", "unhealthy"), ("own", "unhealthy")]


def test_thousand_askers_tell_once(look, log, reports, announced, dependency, settings):
    """All at once, of one run that fails."""
    settings.FIRELINE = {**settings.FIRELINE, "HEALTH_CACHE_SECONDS": 60}
    health.register("database", dependency)
    dependency.error = OSError("away")
    dependency.goes_on.clear()
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(look, "database") for _ in range(1000)]
        threading.Timer(0.3, dependency.goes_on.set).start()
        for look_of_one in asked:
            look_of_one.result()

    assert len(reports) == 1
    assert (announced, dependency.calls) == ([("database", "unhealthy")], 1)


def test_command_tells_nobody(settings, log, announced, dependency):
    """Docker asks by a command every few seconds; its process knows of no state before."""
    health.register("own", dependency)
    dependency.error = OSError("away")

    Look(["own"], is_telling=False).verdicts()

    assert (told(log), announced) == ([], [])


def test_broken_receiver_hurts_nobody(look, dependency, caplog):
    """The watcher never hurts the watched."""

    def broken(**_):
        raise ValueError("a receiver")

    health.register("own", dependency)
    health_checked.connect(broken)
    try:
        with caplog.at_level(logging.ERROR):
            verdicts = look("own")
    finally:
        health_checked.disconnect(broken)

    assert verdicts["own"].status == "healthy"
    assert "Fireline failed in" in caplog.text
