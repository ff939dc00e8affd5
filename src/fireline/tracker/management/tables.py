"""What a command says where the tracker's tables cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError


@contextmanager
def tables_are_there() -> Iterator[None]:
    """One line with the way out, in the place of a traceback of the database's."""
    try:
        yield
    except DatabaseError as error:
        raise CommandError(
            f"The tracker's database cannot be used: {error}. "
            "Where it lacks its tables, `manage.py migrate` makes them."
        ) from error
