"""A PostgreSQL of the tests' own: on a free port of 127.0.0.1, to be stopped, killed and frozen."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.servers.running import free_port

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=str)
POSTGRES = shutil.which("postgres") or (str(_BINARIES[-1]) if _BINARIES else None)

needs_postgres = pytest.mark.skipif(
    POSTGRES is None, reason="apt-get install -y --no-install-recommends postgresql"
)

# PostgreSQL refuses to run as root; Debian's package brings a user for it.
_USER: dict[str, Any] = (
    {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
)


class Postgres:
    """A server: where it is, and what may happen to it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """An entry of DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "fireline",
            "HOST": "127.0.0.1",
            "PORT": self.port,
            "OPTIONS": {"connect_timeout": 2},
        }

    def launch(self) -> None:
        """Start it, and do not wait until it answers."""
        with (self.directory / "server.log").open("ab") as output:
            self.process = subprocess.Popen(
                [
                    POSTGRES, "-D", self.directory / "data", "-p", str(self.port),
                    "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                    "-c", "fsync=off", "-c", "max_connections=30", "-c", "shared_buffers=16MB",
                ],
                stdout=output, stderr=subprocess.STDOUT, cwd=self.directory, **_USER,
            )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.launch()
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process and self.process.poll() is None:
            try:
                psycopg.connect(self.address, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError((self.directory / "server.log").read_text()[-2000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all sessions in good order, SIGQUIT at once, as a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it and start it again."""
        self.stop(how)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The kernel takes its connections, and nobody answers."""
        assert self.process is not None
        processes = [psutil.Process(self.process.pid)]
        processes += processes[0].children(recursive=True)
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):  # a session may have ended between
                    process.resume()

    @property
    def address(self) -> str:
        """The connection string of libpq."""
        return f"postgresql://fireline@127.0.0.1:{self.port}/postgres"

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, over a connection of its own."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Postgres]:
    """A new server, which is gone with its data behind the block."""
    assert POSTGRES
    directory = Path(tempfile.mkdtemp(prefix="fireline-postgres-"))
    if _USER:
        os.chown(directory, pwd.getpwnam("postgres").pw_uid, -1)
    try:
        subprocess.run(
            [
                Path(POSTGRES).resolve().with_name("initdb"), "-D", directory / "data", "-U", "fireline",
                "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C",
            ],
            check=True, capture_output=True, cwd=directory, **_USER,
        )  # fmt: skip
        server = Postgres(directory)
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
