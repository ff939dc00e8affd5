"""
SQL for many rows at once, on SQLite and PostgreSQL.

Django's own `bulk_create` adds nothing to what is there, and knows no index with a condition. Each
takes as many statements as the rows need chunks, which is one for most batches.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import BinaryField, DateField, DateTimeField, Field, Model
from django.utils.timezone import make_naive

Row = Sequence[Any]
Rows = list[tuple[Any, ...]]

MOST_PARAMETERS = 30_000
"""SQLite takes 32,766 in one statement, PostgreSQL 65,535."""
MOST_ROWS = 1_000


def table(model: type[Model]) -> str:
    """Its name in the database."""
    return f'"{model._meta.db_table}"'


def columns(model: type[Model], fields: Sequence[str]) -> list[str]:
    """The names of these fields in the database."""
    found = [model._meta.get_field(field) for field in fields]
    return [f'"{field.column}"' for field in found if isinstance(field, Field)]


def added(model: type[Model], column: str = "events") -> str:
    """For ON CONFLICT DO UPDATE SET: what is inserted, added to what is there."""
    return f"{column} = {table(model)}.{column} + excluded.{column}"


def insert(
    using: str, model: type[Model], fields: Sequence[str], rows: Iterable[Row], then: str = ""
) -> Rows:
    """Insert these rows; `then` is what to do about those there are already, and what to return."""
    into = f"{table(model)} ({', '.join(columns(model, fields))})"
    sql = f"INSERT INTO {into} VALUES %s {then}"  # noqa: S608 (names of our own)
    return _run(using, model, fields, rows, sql)


def update(
    using: str, model: type[Model], fields: Sequence[str], rows: Iterable[Row], then: str
) -> Rows:
    """
    Update the table from these rows; `then` calls them `given`, and the table by its own name.

    In RETURNING, SQLite knows no other name of it.
    """
    given = f"given ({', '.join(columns(model, fields))})"
    sql = f"WITH {given} AS (VALUES %s) UPDATE {table(model)} {then}"
    return _run(using, model, fields, rows, sql)


def delete(using: str, model: type[Model], field: str, values: Iterable[Any]) -> None:
    """Delete the rows with one of these values; Django would make an object of each first."""
    (column,) = columns(model, [field])
    sql = f"DELETE FROM {table(model)} WHERE {column} IN (%s)"  # noqa: S608
    _run(using, model, [field], ([value] for value in values), sql)


def look_up(  # noqa: PLR0917 (read from left to right as a sentence)
    using: str,
    model: type[Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    what: str,
    then: str = "",
) -> Rows:
    """
    `what` of the rows in `t` that are like those `given` in these fields.

    CROSS JOIN: SQLite must begin with what is given.
    """
    names = columns(model, fields)
    same = " AND ".join(f"t.{name} = given.{name}" for name in names)
    given = f"given ({', '.join(names)})"
    found = f"SELECT {what} FROM given CROSS JOIN {table(model)} AS t WHERE {same} {then}"  # noqa: S608
    sql = f"WITH {given} AS (VALUES %s) {found}"
    return _run(using, model, fields, rows, sql)


def fit(at: datetime) -> datetime:
    """This time as the project's models hold times: without a zone where it has USE_TZ = False."""
    return at if settings.USE_TZ else make_naive(at)


def _run(
    using: str, model: type[Model], fields: Sequence[str], rows: Iterable[Row], sql: str
) -> Rows:
    returned: Rows = []
    each = f"({', '.join(['%s'] * len(fields))})"
    most = min(MOST_ROWS, MOST_PARAMETERS // len(fields))
    pending = _adapted(using, model, fields, rows)
    with connections[using].cursor() as cursor:
        while chunk := list(islice(pending, most)):
            values = [value for row in chunk for value in row]
            cursor.execute(sql % ", ".join([each] * len(chunk)), values)
            if cursor.description:
                returned += cursor.fetchall()
    return returned


def _adapted(
    using: str, model: type[Model], fields: Sequence[str], rows: Iterable[Row]
) -> Iterator[Row]:
    """The rows as the database's driver wants them."""
    adapters = [_adapter(using, model, field) for field in fields]
    for row in rows:
        yield [
            value if adapt is None or value is None else adapt(value)
            for adapt, value in zip(adapters, row, strict=True)
        ]


def _adapter(using: str, model: type[Model], name: str) -> Callable[[Any], Any] | None:
    connection: Any = connections[using]
    field = model._meta.get_field(name)
    adapter: Callable[[Any], Any] | None = None
    if isinstance(field, DateTimeField):
        adapter = lambda at: connection.ops.adapt_datetimefield_value(fit(at))  # noqa: E731
    elif isinstance(field, DateField):
        adapter = connection.ops.adapt_datefield_value
    elif isinstance(field, BinaryField):
        adapter = connection.Database.Binary
    return adapter
