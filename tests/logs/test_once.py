"""One failure, one line: Django's own is dropped where Fireline's tells it."""

import logging

import pytest

from fireline.logs.once import Once
from fireline.scope import Scope, enter


@pytest.mark.parametrize(
    ("logger", "is_logged", "is_written"),
    [
        pytest.param("django.request", True, False, id="request-that-is-told"),
        pytest.param("django.security.DisallowedHost", True, False, id="security-that-is-told"),
        pytest.param("django.request", False, True, id="request-that-nobody-tells"),
        pytest.param("django.db.backends", True, True, id="other-logger-of-django"),
        pytest.param("crm.orders", True, True, id="logger-of-the-service"),
    ],
)
def test_line_of_django_is_dropped_where_it_is_told_already(logger, is_logged, is_written):
    """Only lines about the request, and only where an access line tells how it ended."""
    scope = Scope()
    scope.is_logged = is_logged
    enter(scope)

    assert Once().filter(logging.makeLogRecord({"name": logger})) is is_written


def test_everything_passes_outside_a_request():
    """Without a scope nobody else tells it."""
    assert Once().filter(logging.makeLogRecord({"name": "django.request"}))
