"""Customers from a file, at the prompt or in the background."""

import csv
import logging
from collections.abc import Iterable
from threading import Thread

from django.db import connection, transaction

import fireline
from customers.models import Customer

logger = logging.getLogger("crm.imports")


@transaction.atomic
def import_customers(lines: Iterable[str]) -> int:
    """
    How many customers these lines of CSV have added: all of them or none.

    A first line that names other columns than `name` and `email` is not expected, and fails.
    """
    count = 0
    for row in csv.DictReader(lines):
        customer = Customer(name=row["name"], email=row["email"], city=row.get("city", ""))
        customer.full_clean()
        customer.save()
        count += 1
    logger.info("%s customers were imported", count)
    return count


def import_in_background(lines: Iterable[str]) -> Thread:
    """The thread that imports now; its lines and its failure have the ids of who has started it."""
    thread = Thread(target=_import, args=(lines,), name="import")
    thread.start()
    return thread


def _import(lines: Iterable[str]) -> None:
    with fireline.bind(job="import"), fireline.handle():
        try:
            import_customers(lines)
        finally:
            connection.close()
