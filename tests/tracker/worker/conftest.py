"""A service of this test's own, its processes, and its rows."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest

from fireline.tracker.spool import Spool
from fireline.tracker.spool.local import LocalSpool
from tests import loaded
from tests.running import PATIENCE, PostgreSQL, postgresql
from tests.servers.running import free_port
from tests.tracker.digest.conftest import Sender as Putting
from tests.tracker.digest.conftest import bug

IMPATIENT = """
import django
from django.core.management import call_command
from fireline.tracker.spool.streams import RedisSpool
RedisSpool.__init__.__defaults__ = (1.0,)
django.setup()
call_command("fireline_worker")
"""

MODULES = ("gunicorn.app.wsgiapp", "psycopg", "redis", "uvicorn.main")
"""What takes longest to load of what the service needs, and knows nothing of it."""


def eventually(question: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first answer that is true."""
    until = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return answer


class Program:
    """A process of the service, and what it says."""

    def __init__(self, process: loaded.Process, output: Path) -> None:
        self.process, self.output = process, output
        self.pid = process.pid

    def first_line(self) -> str:
        """As soon as it is there."""
        lines: list[str] = eventually(lambda: self.output.read_text().splitlines(keepends=True))
        return lines[0] if lines[0].endswith("\n") else self.first_line()

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def end(self) -> str:
        """Ask it to end; all that it has said."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        return self.output.read_text()


class Service:
    """A service in a directory: commands and servers that are its processes."""

    def __init__(self, place: Path, server: PostgreSQL | None = None, spool: str = "") -> None:
        self.place, self.server = place, server
        self.programs: list[Program] = []
        self.variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.tracker.worker.service",
            "PLACE": str(place),
            **({"POSTGRESQL": str(server.port)} if server else {}),
            **({"SPOOL": spool} if spool else {}),
        }

    def begin(self, *command: str) -> Program:
        """A process of the service: `python COMMAND`."""
        output = self.place / f"output-{len(self.programs)}"
        started = loaded.started(*command, env=self.variables, output=output, also=MODULES)
        self.programs.append(Program(started, output))
        return self.programs[-1]

    def run(self, *command: str, code: int = 0) -> str:
        """What this command of manage.py says."""
        done = loaded.python("-m", "django", *command, env=self.variables, also=MODULES)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    def worker(self) -> Program:
        """A digester that has begun."""
        return self._begun("-m", "django", "fireline_worker")

    def impatient(self) -> Program:
        """A digester that has begun, and takes another for dead after a second."""
        return self._begun("-c", IMPATIENT)

    def _begun(self, *command: str) -> Program:
        program = self.begin(*command)
        assert "Digesting" in program.first_line()
        return program

    def serve(self, kind: str = "gunicorn") -> tuple[Program, str]:
        """A server with two workers, and its address; it has answered already."""
        port = free_port()
        module = "tests.tracker.worker.service"
        commands = {
            "gunicorn": ["gunicorn", f"{module}:wsgi", "-w2", "--preload", f"-b127.0.0.1:{port}"],
            "uvicorn": ["uvicorn", f"{module}:asgi", "--no-access-log", f"--port={port}"],
        }
        program = self.begin("-m", *commands[kind])
        address = f"http://127.0.0.1:{port}/"
        eventually(lambda: self.ask(address))
        return program, address

    def ask(self, address: str) -> str:
        """What it answers; empty while it does not."""
        try:
            with urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of the tracker's database."""
        if self.server:
            address = f"postgresql://postgres@127.0.0.1:{self.server.port}/postgres"
            with psycopg.connect(address, connect_timeout=2) as connection:
                return connection.execute(query).fetchall()
        with closing(sqlite3.connect(self.place / "tracker.sqlite3", timeout=20)) as file:
            return file.execute(query).fetchall()

    def tell(self, statement: str) -> None:
        """Have PostgreSQL do this."""
        assert self.server
        address = f"postgresql://postgres@127.0.0.1:{self.server.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def count(self) -> int:
        """The events that are stored."""
        try:
            return int(self.rows("SELECT COUNT(*) FROM fireline_tracker_event")[0][0])
        except psycopg.OperationalError:
            return -1

    def figures(self) -> set[int]:
        """How many events there were, by the events, the issues, the releases and the times."""
        queries = [
            "SELECT COUNT(*) FROM fireline_tracker_event",
            "SELECT COUNT(DISTINCT event_id) FROM fireline_tracker_event",
            "SELECT SUM(event_count) FROM fireline_tracker_issue",
            "SELECT SUM(event_count) FROM fireline_tracker_release",
            "SELECT SUM(events) FROM fireline_tracker_count WHERE per = 'd' AND issue_id IS NOT NULL",
            "SELECT SUM(events) FROM fireline_tracker_affecteduser",
        ]
        return {int(self.rows(query)[0][0] or 0) for query in queries}

    def end(self) -> None:
        """End all its processes."""
        for program in self.programs:
            program.process.terminate()
        for program in self.programs:
            try:
                program.process.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with the tracker's tables."""
    service = Service(tmp_path_factory.mktemp("migrated"))
    service.run("migrate", "--verbosity=0")
    return (service.place / "tracker.sqlite3").read_bytes()


@pytest.fixture
def service(tmp_path: Path, migrated: bytes) -> Iterator[Service]:
    """A service whose tracker is in a file."""
    (tmp_path / "tracker.sqlite3").write_bytes(migrated)
    service = Service(tmp_path)
    yield service
    service.end()


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A PostgreSQL with the tracker's tables."""
    with postgresql() as server:
        service = Service(tmp_path_factory.mktemp("cluster"), server)
        service.run("migrate", "--verbosity=0", "--database=tracker")
        yield server


@pytest.fixture
def server(cluster: PostgreSQL, tmp_path: Path) -> PostgreSQL:
    """A PostgreSQL whose tables are empty."""
    service = Service(tmp_path, cluster)
    names = service.rows("SELECT tablename FROM pg_tables WHERE tablename LIKE 'fireline_tracker%'")
    service.tell(f"TRUNCATE {', '.join(name for (name,) in names)} CASCADE")
    return cluster


class Sender:
    """Puts events into the service's spool, of seven bugs."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.sent = 0

    def send(self, count: int) -> None:
        """Accept so many more."""
        putting = Putting(self.spool)  # type: ignore[arg-type]
        for _ in range(count):
            number = self.sent = self.sent + 1
            putting.send(
                bug(f"Bug{number % 7}", release=f"1.{number % 3}", user={"id": number % 11})
            )


@pytest.fixture
def sender(service: Service) -> Iterator[Sender]:
    """Who puts events into the service's local spool."""
    spool = LocalSpool(service.place / "spool", 2**28)
    yield Sender(spool)
    spool.close()
