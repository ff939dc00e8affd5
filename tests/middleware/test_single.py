"""The single-duty middlewares, for those who want one duty."""

import pytest

STOCK = ["django.middleware.common.CommonMiddleware"]


@pytest.fixture
def only(settings):
    """The service with these of our middlewares only."""

    def use(*names):
        settings.MIDDLEWARE = [*(f"fireline.middleware.{name}" for name in names), *STOCK]

    return use


def test_request_logging_writes_the_line_and_the_ids(client, only, log):
    """Ids and access line, no security events."""
    only("RequestLoggingMiddleware")

    response = client.get("/wp-login.php", headers={"x-request-id": "abc"})

    assert response["X-Correlation-ID"] == "abc"
    assert [line["correlation_id"] for line in log.access] == ["abc"]
    assert log.security == []


def test_security_writes_events_only(client, only, log):
    """Events with the request's id, no access line."""
    only("SecurityMiddleware")

    response = client.get("/wp-login.php")

    assert [line["request_id"] for line in log.security] == [response["X-Correlation-ID"]]
    assert log.access == []


def test_both_share_one_scope(client, only, log):
    """One id, one access line, one event."""
    only("RequestLoggingMiddleware", "SecurityMiddleware", "ErrorHandlingMiddleware")

    response = client.get("/wp-login.php")

    assert [line["correlation_id"] for line in log.access] == [response["X-Correlation-ID"]]
    assert [line["request_id"] for line in log.security] == [response["X-Correlation-ID"]]
