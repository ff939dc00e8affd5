"""One failure, one line: Django's own is dropped where Fireline's tells it."""

import logging

import pytest

from fireline.errors import fail
from fireline.logs.once import Once
from fireline.scope import Scope, enter

BROKEN = ValueError("told already")
OTHER = ValueError("nobody has told")


def record_of(logger, status=None, error=None):
    """A line of this logger, as Django writes it."""
    said = {"name": logger, "exc_info": (type(error), error, None) if error else None}
    return logging.makeLogRecord(said if status is None else {**said, "status_code": status})


@pytest.fixture
def request_scope():
    """A request whose end an access line tells, and one failure of it that was told."""
    scope = Scope()
    scope.is_logged = True
    enter(scope)
    fail(BROKEN)
    return scope


@pytest.mark.parametrize(
    ("record", "is_written"),
    [
        pytest.param(record_of("django.request", 404), False, id="status-that-is-told"),
        pytest.param(record_of("django.request", 500, BROKEN), False, id="failure-that-is-told"),
        pytest.param(record_of("django.security.csrf", 403), False, id="csrf"),
        pytest.param(
            record_of("django.security.DisallowedHost", 400, BROKEN), False, id="security-that-is-told"
        ),
        pytest.param(record_of("django.security.SuspiciousSession"), True, id="session-is-odd"),
        pytest.param(record_of("django.security.Odd", None, OTHER), True, id="security-untold"),
        pytest.param(record_of("django.request"), True, id="line-of-somebody-s-own"),
        pytest.param(record_of("django.request", "odd"), True, id="status-that-is-none"),
        pytest.param(record_of("django.db.backends", 500), True, id="other-logger-of-django"),
        pytest.param(record_of("crm.orders", 500), True, id="logger-of-the-service"),
    ],
)  # fmt: skip
def test_line_of_django_is_dropped_where_it_is_told_already(request_scope, record, is_written):
    """Only lines about a failure that Fireline tells: by its exception, or by the answer's status."""
    assert Once().filter(record) is is_written


def test_security_line_stays_while_nothing_has_failed(request_scope):
    """A status alone does not say that Fireline knows why."""
    request_scope.failure = None

    assert Once().filter(record_of("django.security.csrf", 403))
    assert not Once().filter(record_of("django.request", 403))


def test_line_stays_where_nobody_logs_the_request(request_scope):
    """Without an access line Django's own is all there is."""
    request_scope.is_logged = False

    assert Once().filter(record_of("django.request", 404))


def test_everything_passes_outside_a_request():
    """Without a scope nobody else tells it."""
    assert Once().filter(logging.makeLogRecord({"name": "django.request"}))
