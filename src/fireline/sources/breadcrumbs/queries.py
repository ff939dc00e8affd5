"""Queries of the database, by their SQL; never by their parameters."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

from fireline.scope.crumbs import describing, note


class QueryRefusedError(RuntimeError):
    """What a failure is shown with must not ask the database, which may be what has failed."""


def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Django's wrapper around each query of a connection."""
    if describing.get():
        raise QueryRefusedError("No queries while a failure is described.")
    since = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = int((perf_counter() - since) * 100_000) / 100
        # What psycopg composes has values in it, and a class of somebody's own may do anything.
        text = sql if type(sql) is str else f"<{type(sql).__name__}>"
        note("query", text, {"database": context["connection"].alias, "duration_ms": took})


def on_connection(*, connection: Any, **_: Any) -> None:
    """Watch a connection that has just been made."""
    wrappers = connection.execute_wrappers
    if watch not in wrappers:
        # As the first: who has put one on by `execute_wrapper` takes the last away again.
        wrappers.insert(0, watch)


def install() -> None:
    """Watch every connection, of every thread."""
    connection_created.connect(on_connection, dispatch_uid="fireline.breadcrumbs")
    for connection in connections.all(initialized_only=True):
        on_connection(connection=connection)
