"""What was deleted goes back to the disk, where the database is a SQLite file that can give it back."""

from collections.abc import Iterator

from django.db import connections

from fireline.tracker.retention.work import MEGABYTE, Removed, Work

_PAGES = 500
_SPARE = 0.2
"""Of the file: so much stays for the events to come."""
_INCREMENTAL = 2


def freed(work: Work) -> Iterator[Removed]:
    """Shrink the file, a little at a time, where more than a fifth of it is empty."""
    connection = connections[work.using]
    if connection.vendor != "sqlite" or _number(work, "auto_vacuum") != _INCREMENTAL:
        return
    page = _number(work, "page_size")
    while True:
        pages, empty = _number(work, "page_count"), _number(work, "freelist_count")
        surplus = empty - int(pages * _SPARE)
        if surplus * page < MEGABYTE:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA incremental_vacuum({min(surplus, _PAGES)})")
            cursor.fetchall()  # each row that is asked for frees a page
        yield Removed()


def _number(work: Work, pragma: str) -> int:
    with connections[work.using].cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return int(cursor.fetchone()[0])
