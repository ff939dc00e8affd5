"""The service with all that belongs to it, and what kills it."""

import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import psutil

from fireline.tracker.spool import Spool
from fireline.tracker.spool.local import LocalSpool
from fireline.tracker.spool.streams import RedisSpool
from tests import loaded
from tests.running import PATIENCE, PostgreSQL, Valkey
from tests.servers.running import free_port

LIMIT = 2**28
MODULES = ("gunicorn.app.wsgiapp", "psycopg", "redis", "sentry_sdk.integrations.logging")
"""What takes longest to load of what the service needs, and knows nothing of it."""
SET_UP = """
import sys, django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("fireline_dsn", "client", create=True, host=sys.argv[1])
"""


class Service:
    """Two gunicorn workers, and with PostgreSQL two digesters: each is started again when it dies."""

    def __init__(
        self, directory: Path, postgresql: PostgreSQL | None, valkey: Valkey | None
    ) -> None:
        self.directory = directory
        self.postgresql, self.valkey = postgresql, valkey
        self.port = free_port()
        self.processes: dict[str, loaded.Process] = {}
        self.variables = {
            **os.environ,
            "CRASH_DIRECTORY": str(directory),
            "DJANGO_SETTINGS_MODULE": "tests.tracker.crash.project",
        }
        if postgresql and valkey:
            self.variables["CRASH_POSTGRESQL"] = str(postgresql.port)
            self.variables["CRASH_SPOOL"] = f"{valkey.url}/0"

    def set_up(self) -> str:
        """Make the tables; the DSN for clients."""
        host = f"http://127.0.0.1:{self.port}"
        done = loaded.python("-c", SET_UP, host, env=self.variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split()[-1]

    def accepted(self, name: str = "*") -> set[str]:
        """The ids of what was accepted from this client, of all where none is named."""
        files = self.directory.glob(f"accepted-{name}")
        return {each for file in files for each in file.read_text().split()}

    def keep_up(self) -> None:
        """Start what does not run."""
        gunicorn = ["-m", "gunicorn", "--preload", "-w", "2", "tests.tracker.crash.wsgi"]
        commands = {"web": [*gunicorn, "-b", f"127.0.0.1:{self.port}"]}
        if self.postgresql:
            worker = ["-m", "django", "fireline_worker"]
            commands |= {"worker-1": worker, "worker-2": worker}
        for name, command in commands.items():
            if name not in self.processes or self.processes[name].poll() is not None:
                self.processes[name] = loaded.started(
                    *command,
                    env=self.variables,
                    output=self.directory / f"{name}.log",
                    also=MODULES,
                )

    def stop(self) -> None:
        """End everything."""
        for process in self.processes.values():
            with suppress(psutil.NoSuchProcess):
                children = psutil.Process(process.pid).children(recursive=True)
                process.kill()
                process.wait(PATIENCE)
                for child in children:
                    with suppress(psutil.NoSuchProcess):
                        child.kill()

    def spool(self) -> Spool:
        """Where its entries wait, as another process sees it."""
        if self.valkey:
            return RedisSpool(self.variables["CRASH_SPOOL"], LIMIT)
        return LocalSpool(self.directory / "spool", LIMIT)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows that the tracker's database has."""
        if self.postgresql:
            import psycopg

            place = f"host=127.0.0.1 port={self.postgresql.port} user=postgres"
            with psycopg.connect(place) as connection:
                return connection.execute(statement.encode()).fetchall()
        with closing(sqlite3.connect(self.directory / "tracker.sqlite3", timeout=20)) as database:
            return database.execute(statement).fetchall()


class Chaos:
    """
    Kills at random, each time that about so many more events were accepted, until it is told to end.

    Not by the clock: on a slow machine nothing would be accepted any more.
    """

    def __init__(self, service: Service, seed: int, every: int) -> None:
        self.service = service
        self.every = every
        self.chance = random.Random(seed)
        self.done: dict[str, int] = {}
        self._is_over = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        kinds: list[Callable[[], None]] = [self.kill_web_worker] * 6 + [self.kill_web]
        if self.service.postgresql:
            kinds += [self.kill_digester] * 4 + [self.restart_database, self.restart_spool]
        else:
            kinds += [self.lock_database]
        order = list(dict.fromkeys(kinds))[::-1]
        wanted = self._next()
        # Each of them comes once, however short the run is.
        while not (is_over := self._is_over.wait(0.03)) or len(self.done) < len(set(kinds)):
            self.service.keep_up()
            if not is_over and len(self.service.accepted()) < wanted:
                continue
            kind = order.pop()
            kind()
            self.done[kind.__name__] = self.done.get(kind.__name__, 0) + 1
            order = order or self.chance.sample(kinds, len(kinds))
            wanted = self._next()

    def _next(self) -> float:
        return len(self.service.accepted()) + self.every * self.chance.uniform(0.5, 1.5)

    def kill_web_worker(self) -> None:
        """One of the processes that accept, and with SQLite perhaps the one that digests."""
        web = psutil.Process(self.service.processes["web"].pid)
        if children := web.children():
            with suppress(psutil.NoSuchProcess):
                self.chance.choice(children).kill()

    def kill_web(self) -> None:
        """The master of gunicorn: its workers end by themselves."""
        web = self.service.processes["web"]
        children = psutil.Process(web.pid).children()
        web.kill()
        web.wait(PATIENCE)
        for child in children:  # they would hold the port for a while
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, timeout=5)

    def kill_digester(self) -> None:
        """One of the two workers that share the spool."""
        name = self.chance.choice(("worker-1", "worker-2"))
        self.service.processes[name].kill()
        self.service.processes[name].wait(PATIENCE)

    def restart_database(self) -> None:
        """A crash of PostgreSQL, and a while without it."""
        assert self.service.postgresql
        self.service.postgresql.end()
        time.sleep(self.chance.uniform(0.2, 1.0))
        self.service.postgresql.start()

    def restart_spool(self) -> None:
        """A crash of Redis, and a while without it."""
        assert self.service.valkey
        self.service.valkey.end()
        time.sleep(self.chance.uniform(0.2, 1.0))
        self.service.valkey.start()

    def lock_database(self) -> None:
        """Somebody who does not let go of the SQLite file."""
        place = self.service.directory / "tracker.sqlite3"
        with closing(sqlite3.connect(place, timeout=20)) as database:
            with suppress(sqlite3.OperationalError):
                database.execute("BEGIN EXCLUSIVE")
                time.sleep(self.chance.uniform(0.5, 1.5))
            database.rollback()
