"""What a command says where there are no tables yet, or no database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error


@contextmanager
def needed() -> Iterator[None]:
    """Say in one line what is wrong with the database, and what may help."""
    try:
        yield
    except Error as error:
        first_line = str(error).partition("\n")[0]
        raise CommandError(
            f"The tracker's tables cannot be used: {first_line}. Does its database run, and was "
            "`manage.py migrate` run?"
        ) from error
