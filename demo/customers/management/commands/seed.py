"""`manage.py seed`: customers to look at."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction
from django.utils import timezone

from customers.models import Activity, Customer

SEED = Path(__file__).parent.parent.parent / "seed"


class Command(BaseCommand):
    """Fills an empty database, always with the same customers; others are left as they are."""

    help = "Fill an empty database with invented customers and activities."

    @transaction.atomic
    def handle(self, *_: Any, verbosity: int = 1, **__: Any) -> None:
        if Customer.objects.exists():
            said = "There are customers already; nothing was changed."
        else:
            customers = Customer.objects.bulk_create(customers_until(timezone.now()))
            Activity.objects.bulk_create(activities_of(customers))
            said = f"{len(customers)} customers were added."
        if verbosity:
            self.stdout.write(said)


def customers_until(now: datetime) -> Iterator[Customer]:
    """Each customer of the file; the first came today, the last more than a year ago."""
    for index, row in enumerate(rows("customers.csv")):
        yield Customer(created_at=now - timedelta(hours=3 + 6 * index**2), **row)


def activities_of(customers: list[Customer]) -> Iterator[Activity]:
    """Up to five activities for each, spread from their first day to today."""
    chance = random.Random(7)
    known = list(rows("activities.csv"))
    for customer in customers:
        age = timezone.now() - customer.created_at
        for activity in chance.sample(known, chance.randint(1, 5)):
            happened_at = customer.created_at + age * chance.random()
            yield Activity(customer=customer, happened_at=happened_at, **activity)


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of the folder `seed`."""
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
