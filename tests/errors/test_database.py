"""Database errors: what a moment later may succeed, and what is a bug."""

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper

from fireline.errors import describe

SERVER = 'connection to server at "10.0.0.5", port 5432 failed: '


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OperationalError(f"{SERVER}No route to host"), id="no-route"),
        pytest.param(OperationalError(f"{SERVER}Network is unreachable"), id="no-network"),
        pytest.param(OperationalError(f"{SERVER}timeout expired"), id="timeout"),
        pytest.param(OperationalError(f"{SERVER}FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute"), id="slots"),
        pytest.param(OperationalError("FATAL:  remaining connection slots are reserved for non-replication superuser connections"), id="slots-alone"),
        pytest.param(OperationalError('could not translate host name "db" to address: Temporary failure in name resolution'), id="name"),
        pytest.param(OperationalError("[Errno -3] Temporary failure in name resolution"), id="name-of-python"),
        pytest.param(OperationalError("failed to resolve host 'db': [Errno -2] Name or service not known"), id="name-of-psycopg-3"),
        pytest.param(OperationalError("SSL SYSCALL error: EOF detected"), id="ssl-eof"),
        pytest.param(OperationalError("SSL connection has been closed unexpectedly"), id="ssl-closed"),
        pytest.param(OperationalError("consuming input failed: Connection reset by peer"), id="reset"),
        pytest.param(OperationalError("connection is bad: no error details available"), id="bad"),
        pytest.param(InterfaceError("connection is bad"), id="bad-interface"),
        pytest.param(OperationalError(2005, "Unknown MySQL server host 'db'"), id="mysql-name"),
        pytest.param(OperationalError(1927, "Connection was killed"), id="mysql-killed"),
        pytest.param(OperationalError(3572, "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set."), id="mysql-nowait"),
        pytest.param(OperationalError(4031, "The client was disconnected by the server because of inactivity."), id="mysql-idle"),
    ],
)  # fmt: skip
def test_connection_that_is_away_is_not_our_bug(error):
    """503, to be tried again: as the drivers of PostgreSQL and MySQL say it."""
    assert (describe(error).code, describe(error).status) == ("SERVICE_UNAVAILABLE", 503)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OperationalError("no such column: connection failed"), id="text-of-a-query"),
        pytest.param(OperationalError(1054, "Unknown column 'a' in 'field list'"), id="mysql"),
        pytest.param(InterfaceError("Error binding parameter 0"), id="binding"),
    ],
)
def test_statement_that_is_wrong_is_our_bug(error):
    """It fails again, however long one waits."""
    assert describe(error).code == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1", id="refused"),
        pytest.param("db.invalid", id="no-such-name"),
        pytest.param("/tmp/no-such-socket", id="no-socket"),
    ],
)
def test_real_driver_without_a_server(settings, host):
    """What psycopg 3 really says, around which Django puts its own."""
    options = {**settings.DATABASES["default"], "OPTIONS": {"connect_timeout": 2}}
    defaults = {"USER": "u", "PASSWORD": "p", "NAME": "crm", "HOST": host, "PORT": "1"}
    kept = {"AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None}
    wrapper = DatabaseWrapper({**kept, **options, **defaults}, "away")

    with pytest.raises(OperationalError) as raised, wrapper.wrap_database_errors:
        wrapper.connect()

    assert describe(raised.value).code == "SERVICE_UNAVAILABLE"
