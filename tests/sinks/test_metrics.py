"""The figure of a report."""

import fireline
from fireline import scope
from fireline.scope import Scope


def test_failure_that_gets_worse_is_counted_once(monkeypatch):
    """It is told twice, and has happened once."""
    counted = []
    monkeypatch.setattr("fireline.sinks.metrics.count_error", lambda code, *_: counted.append(code))
    scope.enter(Scope())
    error = ValueError()

    fireline.report(error)
    fireline.report(error, severity="critical")

    assert counted == ["INTERNAL_ERROR"]
