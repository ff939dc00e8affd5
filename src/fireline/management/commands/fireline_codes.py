"""`manage.py fireline_codes`: the catalogue, for people and for front ends."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from fireline import conf
from fireline.answers import shape_named
from fireline.answers.shapes import spelled
from fireline.errors import KINDS, Kind


class Command(BaseCommand):
    """Prints every error code with its category, status, severity and message."""

    help = "Print the catalogue of error codes."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --format."""
        parser.add_argument(
            "--format",
            choices=("table", "json", "typescript"),
            default="table",
            help="a table for people (default), JSON, or a TypeScript module",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Print."""
        printed = {"table": _table, "json": _json, "typescript": _typescript}[options["format"]]
        self.stdout.write(printed(_entries()))


Entry = dict[str, Any]


def _entries() -> list[Entry]:
    """Each code as answers spell it; the first kind stands for all that CODE_NAMES gives one name."""
    entries: dict[str, Entry] = {}
    for kind in KINDS.values():
        for code in _spellings(kind):
            entries.setdefault(code, _entry(code, kind))
    return list(entries.values())


def _spellings(kind: Kind) -> list[str]:
    """The code in the shape of the service, and in those of some of its paths."""
    settings = conf.current()
    shapes = (settings.RESPONSE_FORMAT, *settings.RESPONSE_FORMAT_BY_PATH.values())
    named = [spelled(kind.code, shape_named(shape).code_names) for shape in shapes if shape]
    return named or [spelled(kind.code, {})]


def _entry(code: str, kind: Kind) -> Entry:
    return {
        "code": code,
        "category": kind.category.value,
        "status": kind.status,
        "severity": kind.severity.value,
        "message": str(kind.message),
    }


def _table(entries: list[Entry]) -> str:
    rows = [[str(value) for value in entry.values()] for entry in entries]
    rows.insert(0, ["CODE", "CATEGORY", "STATUS", "SEVERITY", "MESSAGE"])
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _json(entries: list[Entry]) -> str:
    return json.dumps(entries, indent=2, ensure_ascii=False)


def _typescript(entries: list[Entry]) -> str:
    members = "\n".join(
        f"  {json.dumps(entry['code'])}: "
        f"{json.dumps({k: v for k, v in entry.items() if k != 'code'}, ensure_ascii=False)},"
        for entry in entries
    )
    return (
        "// Written by: manage.py fireline_codes --format typescript\n"
        f"export const errorCodes = {{\n{members}\n}} as const;\n\n"
        "export type ErrorCode = keyof typeof errorCodes;"
    )
