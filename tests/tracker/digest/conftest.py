"""A spool of this test's own, and what clients put into it."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connections, transaction

from fireline.tracker.digest import Digested, complaints, digest
from fireline.tracker.models import Event
from fireline.tracker.payload import unpacked
from fireline.tracker.spool import Entry
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.elsewhere import ALIAS, tables


def event(**fields: Any) -> dict[str, Any]:
    """An event as an SDK sends it, of one bug."""
    frame = {"module": "crm.views", "function": "show", "lineno": 7, "in_app": True}
    raised = {"type": "ZeroDivisionError", "value": "by zero", "stacktrace": {"frames": [frame]}}
    return {
        "event_id": uuid4().hex,
        "level": "error",
        "platform": "python",
        "exception": {"values": [raised]},
        **fields,
    }


def bug(name: str, **fields: Any) -> dict[str, Any]:
    """An event of another bug, by the name of its exception."""
    made = event(**fields)
    made["exception"]["values"][0]["type"] = name
    return made


def envelope(*items: tuple[Mapping[str, Any], bytes], **header: Any) -> bytes:
    """An envelope of these items."""
    lines = [orjson.dumps(header)]
    for head, payload in items:
        lines += [orjson.dumps({**head, "length": len(payload)}), payload]
    return b"\n".join(lines) + b"\n"


class Sender:
    """Puts into the spool, and has it digested."""

    def __init__(self, spool: LocalSpool) -> None:
        self.spool = spool
        self.project = "crm"

    def put(self, body: bytes, **fields: Any) -> Entry:
        """Accept this envelope."""
        entry = Entry(
            **{
                "id": uuid4().hex,
                "project": self.project,
                "key": "",
                "received_at": time.time(),
                "is_scrubbed": False,
                "envelope": body,
                **fields,
            }
        )
        self.spool.put(entry)
        return entry

    def raw(self, payload: bytes, **fields: Any) -> Entry:
        """Accept an event of these bytes."""
        return self.put(envelope(({"type": "event"}, payload)), **fields)

    def send(self, *events: Any, **fields: Any) -> None:
        """Accept these events, each in an envelope of its own."""
        for each in events:
            self.raw(json.dumps(each).encode(), **fields)

    def item(self, kind: str, value: Any, **header: Any) -> Entry:
        """Accept one other item."""
        return self.put(envelope(({"type": kind}, orjson.dumps(value)), **header))

    def digest(self, limit: int = 200) -> Digested:
        """Digest one batch."""
        return digest(self.spool, limit)

    def stored(self, *events: Any, **fields: Any) -> list[Event]:
        """Accept and digest these; what is stored now, in their order."""
        self.send(*events, **fields)
        self.digest()
        return list(Event.objects.order_by("id"))

    def shown(self, *events: Any, **fields: Any) -> dict[str, Any]:
        """Accept and digest these; the last as readers get it."""
        return unpacked(self.stored(*events, **fields)[-1].payload)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[str]:
    """The tracker's tables in a file of SQLite, then in PostgreSQL."""
    new = request.getfixturevalue(request.param)
    with tables(new(), django_db_blocker):
        yield request.param


@pytest.fixture
def rows(engine: str, django_db_blocker: Any) -> Iterator[str]:
    """No rows; those of the test are gone behind it. The database's name."""
    with django_db_blocker.unblock(), transaction.atomic(ALIAS):
        yield ALIAS
        transaction.set_rollback(True, ALIAS)


@pytest.fixture
def committed(engine: str, django_db_blocker: Any) -> Iterator[str]:
    """The same for tests in which more than one connection takes part."""
    with django_db_blocker.unblock():
        yield ALIAS
        names = connections[ALIAS].introspection.table_names()
        ours = [name for name in names if name.startswith("fireline_tracker_")]
        # Not by `flush`, which gives PostgreSQL new files for every table and index.
        with transaction.atomic(ALIAS), connections[ALIAS].cursor() as cursor:
            for name in ours:
                cursor.execute(f'DELETE FROM "{name}"')


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[LocalSpool]:
    """A spool of files."""
    spool = LocalSpool(tmp_path / "spool", 64 * 2**20)
    yield spool
    spool.close()


@pytest.fixture
def sender(spool: LocalSpool) -> Sender:
    """Somebody who sends, to the project `crm`."""
    complaints._complained.clear()
    return Sender(spool)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the digest has complained of."""
    said: list[str] = []
    monkeypatch.setattr(
        complaints.logger, "warning", lambda text, *args, **_: said.append(text % args)
    )
    return said
