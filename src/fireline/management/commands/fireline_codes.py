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
        self.stdout.write(printed(list(KINDS.values())))


def _spelled(kind: Kind) -> str:
    shape = conf.current().RESPONSE_FORMAT
    return spelled(kind.code, shape_named(shape).code_names if shape else {})


def _fields(kind: Kind) -> dict[str, Any]:
    return {
        "code": _spelled(kind),
        "category": kind.category.value,
        "status": kind.status,
        "severity": kind.severity.value,
        "message": str(kind.message),
    }


def _table(kinds: list[Kind]) -> str:
    rows = [[str(value) for value in _fields(kind).values()] for kind in kinds]
    rows.insert(0, ["CODE", "CATEGORY", "STATUS", "SEVERITY", "MESSAGE"])
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _json(kinds: list[Kind]) -> str:
    return json.dumps([_fields(kind) for kind in kinds], indent=2, ensure_ascii=False)


def _typescript(kinds: list[Kind]) -> str:
    entries = "\n".join(
        f"  {json.dumps(_spelled(kind))}: "
        f"{json.dumps({k: v for k, v in _fields(kind).items() if k != 'code'}, ensure_ascii=False)},"
        for kind in kinds
    )
    return (
        "// Written by: manage.py fireline_codes --format typescript\n"
        f"export const errorCodes = {{\n{entries}\n}} as const;\n\n"
        "export type ErrorCode = keyof typeof errorCodes;"
    )
