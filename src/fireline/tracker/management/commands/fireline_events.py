"""Prints the events that are stored."""

import json
import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from fireline.tracker.management.database import needed
from fireline.tracker.models import Event, Project
from fireline.tracker.queries import found, why_none
from fireline.tracker.spool import spool
from fireline.tracker.times import local, stored

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_COLUMNS = ("received", "project", "issue", "what", "error id", "correlation id", "event id")
_WIDEST = 60


def moment(text: str) -> datetime:
    """`30m`, `2h`, `7d`, or a time as ISO 8601; without a zone it is of TIME_ZONE."""
    if found := re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII):
        return timezone.now() - timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    try:
        at = parse_datetime(text) or parse_datetime(f"{text}T00:00")
    except ValueError:
        at = None
    if at is None:
        raise ArgumentTypeError(f"{text!r} is no time. Give 30m, 2h, 7d or 2026-11-21T10:00.")
    return stored(at if timezone.is_aware(at) else timezone.make_aware(at))


class Command(BaseCommand):
    """`manage.py fireline_events --format jsonl`: a line for each event, in the order in which they were stored."""

    help = "Print the events that are stored: a table of the newest, or a JSON line for each."
    requires_system_checks = ()  # at three in the morning: warnings of the service's are no answer

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        parser.add_argument(
            "id", nargs="?", default="", help="An error id, a correlation id or an event id, whole."
        )
        parser.add_argument(
            "--format", choices=("table", "jsonl"), default="table", help="For people, or programs."
        )
        parser.add_argument("--project", help="Its name.")
        parser.add_argument("--since", type=moment, help="30m, 2h, 7d or 2026-11-21T10:00.")
        parser.add_argument("--correlation-id", help="That of a request, a socket or a task.")
        parser.add_argument("--error-id", help="That of a failure.")
        parser.add_argument(
            "--limit", type=int, help="So many at most, the newest; a table has 50, 0 prints all."
        )

    @needed()
    def handle(self, *_: Any, **options: Any) -> None:
        """Print them, and say what is still to come."""
        try:
            self._print(options)
            self.stdout.flush()
        except BrokenPipeError:  # `| head` has seen enough, and Python flushes once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        self._say_what_waits()

    def _print(self, options: dict[str, Any]) -> None:
        rows, limit = self._rows(options), options["limit"]
        if options["format"] == "jsonl":
            self._lines(rows if not limit else _newest(rows, limit))
        elif not self._table(rows, 50 if limit is None else limit):
            self.stdout.write(_why_none(options))

    def _rows(self, options: dict[str, Any]) -> "QuerySet[Event]":
        rows = Event.objects.all()
        if options["id"]:
            rows = rows.filter(pk__in=[event.pk for event in found(options["id"])])
        if options["project"]:
            rows = rows.filter(project__name=options["project"])
        if options["since"]:
            rows = rows.filter(received_at__gte=options["since"])
        for name in ("correlation_id", "error_id"):
            if options[name]:  # the second half is what the index leaves out
                rows = rows.filter(**{name: options[name]}).exclude(**{name: ""})
        return rows

    def _lines(self, rows: "QuerySet[Event]") -> None:
        names = ("event_id", "issue", "project__name", "error_id", "correlation_id")
        for event_id, issue, project, *ids in rows.order_by("pk").values_list(*names).iterator():
            line = {"event_id": event_id, "issue": issue, "project": project}
            line |= zip(("error_id", "correlation_id"), ids, strict=True)
            self.stdout.write(json.dumps(line))

    def _table(self, rows: "QuerySet[Event]", limit: int) -> bool:
        total = rows.count()
        shown = rows.order_by("-received_at").defer("payload").select_related("issue", "project")
        lines = [_line(event) for event in (shown[:limit] if limit else shown)]
        if not lines:
            return False
        for line in _aligned([_COLUMNS, *lines]):
            self.stdout.write(line)
        if len(lines) < total:
            self.stderr.write(f"The newest {len(lines)} of {total:,} events. --limit 0 prints all.")
        return True

    def _say_what_waits(self) -> None:
        try:
            count = spool().depth().entries
        except Exception as error:  # the events are printed all the same
            self.stderr.write(f"What waits in the spool cannot be told: {error}")
            return
        if count:
            waits = "1 event waits" if count == 1 else f"{count:,} events wait"
            self.stderr.write(f"{waits} in the spool.")


def _why_none(options: dict[str, Any]) -> str:
    """Whether there are no events at all, no such project, none with this id, or none that fit."""
    if not Event.objects.exists():
        return "No event is stored."
    name = options["project"]
    if name and not Project.objects.filter(name=name).exists():
        names = ", ".join(Project.objects.values_list("name", flat=True)[:20])
        return f"There is no project {name!r}. Take one of: {names}."
    given = options["id"] or options["error_id"] or options["correlation_id"]
    return why_none(given) if given else "No stored event fits."


def _newest(rows: "QuerySet[Event]", limit: int) -> "QuerySet[Event]":
    keys = rows.order_by("-pk").values_list("pk", flat=True)[limit - 1 : limit]
    first = next(iter(keys), None)
    return rows if first is None else rows.filter(pk__gte=first)


def _line(event: Event) -> Sequence[str]:
    at = local(event.received_at)
    return (
        f"{at:%Y-%m-%d %H:%M:%S}", event.project.name, str(event.issue_id), str(event.issue),
        event.error_id, event.correlation_id, event.event_id,
    )  # fmt: skip


def _aligned(lines: Iterable[Sequence[str]]) -> Iterable[str]:
    """Columns as wide as their widest cell; what events say may hold no line break and no escape sequence."""
    table = [[_plain(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _plain(text: str) -> str:
    text = "".join(each if each.isprintable() else " " for each in text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
