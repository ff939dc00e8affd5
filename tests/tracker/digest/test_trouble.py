"""What cannot be digested blocks nobody; what the database cannot take now is not lost."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connections,
)

from fireline.tracker.digest import aside, batches, registry, transactions
from fireline.tracker.digest.arrivals import Contents
from fireline.tracker.digest.faults import Fault, fault_of
from fireline.tracker.digest.registry import Received
from fireline.tracker.models import Event, Key, Project, SetAside
from fireline.tracker.payload import decompressed
from fireline.tracker.spool import Taken
from tests.tracker.digest.conftest import Sender, bug, envelope, event

pytestmark = pytest.mark.usefixtures("rows")


@pytest.fixture
def poison() -> Any:
    """Items of this type make their digester raise."""

    def broken(received: Sequence[Received], using: str) -> None:
        if any(each.item.payload == b"poison" for each in received):
            raise KeyError("poison")

    registry.register("check_in", broken)
    yield
    del registry.DIGESTERS["check_in"]


@pytest.mark.usefixtures("poison")
def test_poisoned_entry_is_set_aside(sender: Sender, told: list[str]) -> None:
    """Of a batch in which one entry makes a digester fail, all others are stored."""
    sender.send(*[event() for _ in range(5)])
    sender.put(envelope(({"type": "check_in"}, b"poison")))
    sender.put(envelope(({"type": "check_in"}, b"fine")))
    sender.send(*[event() for _ in range(6)])

    digested = sender.digest()

    assert (digested.taken, digested.stored, digested.set_aside) == (13, 11, 1)
    assert sender.digest().taken == 0
    assert SetAside.objects.get().reason == "KeyError: 'poison'"
    assert "set aside" in told[0]


def test_entry_that_kills_its_digesters_is_set_aside(sender: Sender) -> None:
    """An entry that was taken again and again and never done is no longer touched."""
    entry = sender.put(envelope(({"type": "event"}, b'{"message": "m"}')))

    class Spool:
        def take(self, limit: int) -> list[Taken]:
            return [Taken(entry=entry, place=None, attempts=4)]

        def done(self, taken: Sequence[Taken]) -> bool:
            return True

    digested = batches.digest(Spool())  # type: ignore[arg-type]

    assert (digested.stored, digested.set_aside) == (0, 1)
    assert "3 times" in SetAside.objects.get().reason


def test_what_is_set_aside_can_be_read(sender: Sender) -> None:
    """The entry is kept as it came, but for its secrets."""
    sender.raw(b'{"broken": "password=hunter2trustno1')
    sender.digest()

    kept = SetAside.objects.get()
    body = decompressed(kept.envelope)
    assert b'{"broken"' in body
    assert b"hunter2trustno1" not in body
    assert kept.project == "crm"


def test_only_so_many_are_set_aside(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest make room for the newest."""
    monkeypatch.setattr(aside, "MOST", 3)
    entries = [sender.raw(b"{") for _ in range(5)]
    sender.digest()

    assert set(SetAside.objects.values_list("entry_id", flat=True)) == {
        entry.id for entry in entries[2:]
    }


def test_database_that_fails_gives_all_back(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database cannot be used the entries stay in the spool, and none is blamed."""

    def broken(using: str, batch: Sequence[Contents]) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    sender.send(event(), event())
    with monkeypatch.context() as patch:
        patch.setattr(transactions, "store", broken)
        for _ in range(6):
            with pytest.raises(OperationalError):
                sender.digest()

    digested = sender.digest()

    assert (digested.stored, digested.set_aside) == (2, 0)


def test_value_that_the_database_refuses_is_the_entrys_fault(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one event holds what the database refuses, it alone is set aside."""
    store = transactions.store

    def refusing(using: str, batch: Sequence[Contents]) -> Any:
        if any("bad" in str(each.arrivals[0].event().get("message")) for each in batch):
            raise DataError("value out of range")
        return store(using, batch)

    monkeypatch.setattr(transactions, "store", refusing)
    sender.send(*[event(message="bad" if n == 3 else "good") for n in range(8)])

    digested = sender.digest()

    assert (digested.stored, digested.set_aside) == (7, 1)


def _error(state: str, kind: type[Exception] = OperationalError) -> Exception:
    """An error as Django hands on PostgreSQL's."""
    error = kind("as PostgreSQL says")
    error.__cause__ = type("Cause", (Exception,), {"sqlstate": state})()
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        pytest.param(KeyError("x"), Fault.ENTRY, id="ours"),
        pytest.param(DataError("x"), Fault.ENTRY, id="value"),
        pytest.param(IntegrityError("x"), Fault.ENTRY, id="constraint"),
        pytest.param(_error("54000"), Fault.ENTRY, id="limit-of-the-program"),
        pytest.param(_error("42601", ProgrammingError), Fault.ENTRY, id="syntax"),
        pytest.param(_error("57014"), Fault.SIZE, id="timeout"),
        pytest.param(_error("42P01", ProgrammingError), Fault.DATABASE, id="no-table"),
        pytest.param(_error("53100"), Fault.DATABASE, id="disk-full"),
        pytest.param(_error("57P01"), Fault.DATABASE, id="shutdown"),
        pytest.param(_error("40P01"), Fault.DATABASE, id="deadlock-again-and-again"),
        pytest.param(OperationalError("database or disk is full"), Fault.DATABASE, id="sqlite"),
        pytest.param(InterfaceError("connection already closed"), Fault.DATABASE, id="closed"),
    ],
)
def test_whose_fault(error: Exception, fault: Fault) -> None:
    """Entries are blamed for what they hold, never for what the database cannot do now."""
    assert fault_of(error) is fault


def test_batch_that_takes_too_long_is_halved(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database's time limit is too short for a batch, smaller ones are stored."""
    store = transactions.store

    def slow(using: str, batch: Sequence[Contents]) -> Any:
        if len(batch) > 3:
            raise _error("57014")
        return store(using, batch)

    monkeypatch.setattr(transactions, "store", slow)
    sender.send(*[event() for _ in range(10)])

    digested = sender.digest()

    assert (digested.stored, digested.set_aside) == (10, 0)


def test_deadlock_is_tried_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that PostgreSQL has sent away, or that found SQLite locked, is done again at once."""
    store, failures = transactions.store, ["database is locked", "database is locked"]

    def locked(using: str, batch: Sequence[Contents]) -> Any:
        if failures:
            raise OperationalError(failures.pop())
        return store(using, batch)

    monkeypatch.setattr(transactions, "store", locked)
    sender.send(event())

    assert sender.digest().stored == 1


def test_unknown_project_is_dropped(sender: Sender, told: list[str]) -> None:
    """An entry for a number that is no project is counted and told, and nothing is made of it."""
    sender.send(event(), project="123456")
    sender.send(event(), project="9" * 30)
    sender.send(event())

    digested = sender.digest()

    assert (digested.stored, digested.homeless) == (1, 2)
    assert "fireline_dsn" in told[0]
    assert Project.objects.get().name == "crm"


def test_project_by_its_number(sender: Sender) -> None:
    """An entry that names a number is of that project; no key is made."""
    project = Project.objects.create(name="shop")

    (stored,) = sender.stored(event(), project=str(project.pk))

    assert stored.project == project
    assert not Key.objects.exists()


def test_statements_do_not_grow_with_the_batch(sender: Sender) -> None:
    """A batch of two hundred events takes as many statements as one of ten."""
    counts = []
    fields = {"user": {"id": 1}, "tags": {"a": "b"}, "release": "1", "environment": "e"}
    sender.stored(*[bug(f"Bug{n}", **fields) for n in range(10)])
    connection = connections[Event.objects.db]
    for size in (10, 200):
        sender.send(*[bug(f"Bug{n % 10}", **fields) for n in range(size)])
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        sender.digest()
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log))

    assert counts[0] == counts[1] < 25
