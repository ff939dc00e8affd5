"""The database connections of a thread that Fireline has started."""

from contextlib import suppress

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def close_connections() -> None:
    """
    Close this thread's database connections, whatever state they are in.

    One that hung, or whose server has restarted, would be broken for who asks next.
    """
    for connection in connections.all(initialized_only=True):
        with suppress(Exception):
            connection.close()
            if connection.connection is not None:  # SQLite's in memory, which Django keeps
                BaseDatabaseWrapper.close(connection)
