"""`manage.py import_customers`: customers from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from customers.imports import import_customers


class Command(BaseCommand):
    """Adds the customers of a CSV file: all of them or none."""

    help = "Add the customers of a CSV file with the columns name, email and city."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}. Give one with columns name, email, city.")
        with file.open(encoding="utf-8", newline="") as lines:
            self.stdout.write(f"{import_customers(lines)} customers were added.")
