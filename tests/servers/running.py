"""A service run by a real server, in a process of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests import loaded
from tests.lines import lines_of

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "uvicorn": ["-m", "uvicorn", "tests.servers.asgi:application", "--no-access-log", "--port"],
    "gunicorn": ["-m", "gunicorn", "tests.servers.wsgi:application", "--workers", "2", "--bind"],
}
MODULES = (
    "django_stubs_ext",
    "gunicorn.app.wsgiapp",
    "httpcore",
    "phonenumbers",
    "psycopg",
    "requests",
    "uvicorn.main",
    "yaml",
)
"""What takes long to load of what servers, commands and services need, and knows of none of them."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A running server: where it is, what it logs, and a client for it."""

    process: loaded.Process
    port: int
    directory: Path
    client: httpx.Client

    def lines(self, name: str = "crm.log", **having: Any) -> list[dict[str, Any]]:
        """The parsed lines of a log file that have these fields."""
        path = self.directory / "logs" / name
        return [line for line in lines_of(path) if having.items() <= line.items()]

    def line(self, name: str = "crm.log", **having: Any) -> dict[str, Any]:
        """The one line that has these fields, as soon as it is there."""
        until = time.monotonic() + 15
        while not (found := self.lines(name, **having)) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(found) == 1, f"{len(found)} lines have {having}"
        return found[0]

    def raw(self, request: bytes) -> bytes:
        """The server's answer to these bytes, to the end of the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(request)
            chunks = []
            while chunk := connection.recv(65536):
                chunks.append(chunk)
        return b"".join(chunks)


@contextmanager
def running(kind: str, directory: Path, shape: str = "", **environment: str) -> Iterator[Server]:
    """Start a server of this kind on a free port of 127.0.0.1, and end it behind the block."""
    port = free_port()
    address = f"127.0.0.1:{port}" if kind == "gunicorn" else str(port)
    process = loaded.started(
        *COMMANDS[kind],
        address,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}/src:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.servers.settings",
            "TESTS_DIRECTORY": str(directory),
            "TESTS_SHAPE": shape,
            **environment,
        },
        output=directory / "server.log",
        also=MODULES,
    )
    try:
        _wait(port, process, directory)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield Server(process, port, directory, client)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(port: int, process: loaded.Process, directory: Path) -> None:
    until = time.monotonic() + 90  # where others work; else it takes a second
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(
        f"The server did not start: {(directory / 'server.log').read_text()[-2000:]}"
    )
