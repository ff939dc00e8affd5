"""What we depend on is away."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from customers.models import Customer
from django.db import connection
from django.http import HttpRequest

from failures.failure import Group, Outcome, failure
from fireline import ExternalServiceError


@failure(
    "Another service refuses the connection",
    group=Group.EXTERNAL,
    status=503,
    code="EXTERNAL_SERVICE_ERROR",
    client="that something is not available, and when to try again; not what",
    operator="crm_errors.log: one ERROR with the address, and the refused connection as its cause",
)
def connection_refused(_request: HttpRequest) -> Outcome:
    address = f"http://127.0.0.1:{closed_port()}/geocode"
    try:
        urlopen(address, timeout=2).close()
    except URLError as error:
        raise ExternalServiceError(f"No answer from {address}", retry_after=30) from error
    return {}


@failure(
    "The database is locked",
    group=Group.EXTERNAL,
    status=503,
    code="SERVICE_UNAVAILABLE",
    client="that the service is away for a moment",
    operator="crm_errors.log: one ERROR, OperationalError: database is locked",
)
def database_locked(_request: HttpRequest) -> Outcome:
    """Another connection is writing and does not end; we wait for a tenth of a second."""
    with somebody_writing(), patience(milliseconds=100):
        Customer.objects.filter(pk=0).update(city="")
    return {}


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return int(closed.getsockname()[1])


@contextmanager
def somebody_writing() -> Iterator[None]:
    """A second connection that holds the database for itself."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def patience(*, milliseconds: int) -> Iterator[None]:
    """Wait no longer than this for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual:d}")
