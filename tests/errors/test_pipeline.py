import logging
import threading

import pytest

import fireline
from fireline import scope
from fireline.errors import guarded, tell
from fireline.scope import Scope
from fireline.signals import reported

heard = []


def deaf_sink(report):
    raise RuntimeError("this sink is broken")


def telling_sink(report):
    heard.append(report)
    return True


def reporting_sink(report):
    """Fails, and reports that: it must not be called again to hear of it."""
    heard.append(report)
    fireline.report(ValueError("the sink failed"))


@pytest.fixture(autouse=True)
def silence():
    heard.clear()


@pytest.fixture
def complaints(caplog):
    """What Fireline says of itself."""
    caplog.set_level(logging.ERROR, logger="fireline")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "fireline"]


def test_exception_is_told_once_in_a_scope(reports):
    """The same exception object gives the same report until the scope is over."""
    error = ValueError()
    scope.enter(Scope())

    first, second = tell(error), tell(error)

    assert first is second
    assert len(reports) == 1


def test_exception_raised_from_a_told_one_is_another(reports):
    """A new exception is a failure of its own."""
    scope.enter(Scope())

    first = tell(ValueError())
    second = tell(KeyError())

    assert first.error_id != second.error_id
    assert len(reports) == 2


def test_singleton_is_told_anew_in_the_next_scope(reports):
    """An exception object that a module reuses does not hand one client's ids to the next."""
    singleton = ValueError()
    scope.enter(Scope())
    first = tell(singleton)
    scope.enter(Scope())

    second = tell(singleton)

    assert first.error_id != second.error_id
    assert first.correlation_id != second.correlation_id


def test_scope_keeps_only_so_many_exceptions(reports):
    """A loop over a million broken rows does not keep a million tracebacks alive."""
    scope.enter(Scope())

    for _ in range(100):
        tell(ValueError())

    assert len(scope.current().told) == 32
    assert len(reports) == 100


def test_failing_sink_hurts_nobody(settings, reports, complaints):
    """When one sink fails, the others still hear, and Fireline says so."""
    settings.FIRELINE = {
        "SINKS": ["tests.errors.test_pipeline.deaf_sink", "tests.errors.test_pipeline.telling_sink"]
    }

    report = tell(ValueError())

    assert [heard[0].error_id, reports[0].error_id] == [report.error_id] * 2
    assert complaints() == ["Fireline failed in tests.errors.test_pipeline.deaf_sink"]


def test_complaint_comes_once_a_minute(settings, complaints):
    """A sink that is broken for an hour does not fill the disk."""
    settings.FIRELINE = {"SINKS": ["tests.errors.test_pipeline.deaf_sink"]}

    for _ in range(50):
        tell(ValueError())

    assert len(complaints()) == 1


def test_sink_that_cannot_be_imported_hurts_nobody(settings, reports, complaints):
    """A typing error in SINKS costs that sink only."""
    settings.FIRELINE = {"SINKS": ["nowhere.sink"]}

    tell(ValueError())

    assert len(reports) == 1
    assert complaints() == ["Fireline failed in fireline.errors.pipeline._sink"]


def test_sink_that_reports_is_not_called_again(settings):
    """A failure of the watcher is never reported to the watcher."""
    settings.FIRELINE = {"SINKS": ["tests.errors.test_pipeline.reporting_sink"]}

    tell(KeyError())

    assert len(heard) == 1


def test_report_knows_whether_somebody_was_told(settings):
    """Only a sink that has told somebody makes the page say so."""
    assert tell(ValueError()).is_told is False

    settings.FIRELINE = {"SINKS": ["tests.errors.test_pipeline.telling_sink"]}

    assert tell(ValueError()).is_told is True


def test_failing_receiver_hurts_nobody(reports, complaints, caplog):
    """A receiver of `reported` that raises is complained of; Django's own logger stays quiet."""

    def broken(**_):
        raise RuntimeError

    reported.connect(broken)

    tell(ValueError())
    reported.disconnect(broken)

    assert len(reports) == 1
    assert "broken" in complaints()[0]
    assert [record.name for record in caplog.records if record.name == "django.dispatch"] == []


@pytest.mark.parametrize("name", ["LookupError", "builtins.LookupError"])
def test_ignored_exception_is_described_and_not_told(settings, reports, name):
    """IGNORE answers and keeps quiet, for subclasses too."""
    settings.FIRELINE = {"IGNORE": [name]}

    report = tell(KeyError())

    assert report.code == "INTERNAL_ERROR"
    assert reports == []


def test_exception_that_cannot_be_described_is_still_told(reports, complaints):
    """A describer that fails, a message that raises: there is a report all the same."""
    error = fireline.BusinessRuleViolation("x")
    error.message = type("Odd", (), {"__str__": lambda self: 1 / 0})()
    scope.enter(Scope("abc"))

    report = tell(error)

    assert (report.code, report.correlation_id) == ("INTERNAL_ERROR", "abc")
    assert reports == [report]
    assert complaints() == ["Fireline failed in fireline.errors.describe.description_of"]


def test_log_handler_that_fails_hurts_nobody(reports):
    """Nobody is left to be told when the logs themselves fail; the caller goes on."""

    class Broken(logging.Handler):
        def emit(self, record):
            raise OSError("no space left on device")

    handler = Broken()
    for name in ("crm.errors", "fireline"):
        logging.getLogger(name).addHandler(handler)

    report = tell(ValueError())
    for name in ("crm.errors", "fireline"):
        logging.getLogger(name).removeHandler(handler)

    assert reports == [report]


def test_threads_have_scopes_of_their_own(reports):
    """What one thread has told, another tells anew."""
    error = ValueError()
    scope.enter(Scope())
    tell(error)

    thread = threading.Thread(target=tell, args=[error])
    thread.start()
    thread.join()

    assert len(reports) == 2


def test_guard_returns_what_the_work_returns():
    """The guard is not seen while nothing fails."""
    assert guarded(int, "7") == 7
