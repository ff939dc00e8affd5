import re

import pytest
from django.core.exceptions import PermissionDenied

import fireline
from fireline import ErrorManager, ErrorSeverity, Severity, scope
from fireline.scope import Scope


def test_manager_answers_with_what_can_be_shown(log):
    """The id, the message, the severity and the time, as plain texts."""
    handled = ErrorManager().handle_error(
        ValueError("inside"), Severity.HIGH, {"customer": 7}, "We could not save this."
    )

    assert handled.keys() == {"error_id", "message", "severity", "timestamp"}
    assert handled["message"] == "We could not save this."
    assert handled["severity"] == "high"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", handled["timestamp"])
    assert (log.errors[0]["error_id"], log.errors[0]["customer"]) == (handled["error_id"], 7)


@pytest.mark.parametrize(
    ("severity", "level", "message"),
    [
        ("low", "INFO", "Something did not work. Please check what you entered and try again."),
        ("medium", "WARNING", "This could not be done. Please try again."),
        ("high", "ERROR", "Something went wrong on our side. Please try again later."),
        ("critical", "CRITICAL", "The service is in trouble. We are working on it."),
    ],
)
def test_message_and_level_follow_the_severity(log, severity, level, message):
    """Without a message of the caller's there is one for each severity."""
    handled = ErrorManager().handle_error(ValueError(), severity)

    assert handled["message"] == message
    assert [line["level"] for line in log.errors] == [level]


def test_what_gets_worse_is_told_again_under_its_id(reports, log):
    """A failure that was reported, and then handled as critical: one failure, told as what it is."""
    scope.enter(Scope())
    error = ValueError("the last copy is gone")
    first = fireline.report(error, context={"step": "copy"})

    handled = ErrorManager().handle_error(error, "CRITICAL", {"order": 7})
    again = ErrorManager().handle_error(error, "low")

    assert handled["severity"] == again["severity"] == "critical"
    assert {handled["error_id"], again["error_id"]} == {first.error_id}
    assert [line["level"] for line in log.errors] == ["ERROR", "CRITICAL"]
    assert [report.is_escalated for report in reports] == [False, True]
    assert reports[1].context == {"step": "copy", "order": 7}


def test_attempt_that_gets_worse_is_one_attempt(log):
    """It is logged among the errors again, not among the security events."""
    scope.enter(Scope())
    error = PermissionDenied()
    fireline.report(error)

    fireline.report(error, severity="critical")

    assert [line["level"] for line in log.errors] == ["WARNING", "CRITICAL"]
    assert [line["security_event"] for line in log.security] == ["permission_denied"]


def test_manager_takes_a_text():
    """What no exception says can be handled too."""
    handled = ErrorManager().handle_error("The feed is empty", ErrorSeverity.LOW)

    assert handled["severity"] == "low"
