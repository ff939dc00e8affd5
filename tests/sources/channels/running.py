"""The service with sockets, run by each server in a process of its own, and a client for it."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests import loaded
from tests.lines import lines_of
from tests.servers.running import free_port

APPLICATION = "tests.sources.channels.asgi:application"
COMMANDS = {
    "uvicorn": ["-m", "uvicorn", APPLICATION, "--no-access-log", "--port", "{port}"],
    "daphne": ["-m", "daphne", APPLICATION, "--no-server-name", "-b", "127.0.0.1", "-p", "{port}"],
    "hypercorn": ["-m", "hypercorn", APPLICATION, "--bind", "127.0.0.1:{port}"],
}
PATIENCE = 45
"""Seconds after which a test gives up."""


class Client(ClientConnection):
    """
    One that reads what was said before a server has dropped the connection.

    Of its library, what came with the end is lost where the end cannot be acknowledged any more.
    """

    def send_data(self) -> None:
        with suppress(ConnectionError):
            super().send_data()


class Service:
    """A running service: its sockets, its log lines, its figures."""

    def __init__(self, kind: str, process: loaded.Process, port: int, directory: Path):
        self.kind = kind
        self.process = process
        self.port = port
        self.directory = directory
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def socket(self, path: str, **more: Any) -> ClientConnection:
        """A client that has opened this path."""
        more = {"user_agent_header": "tests", "max_queue": None, "create_connection": Client} | more
        return connect(f"ws://127.0.0.1:{self.port}{path}", open_timeout=PATIENCE, **more)

    def lines(self, name: str = "crm.log", **having: Any) -> list[dict[str, Any]]:
        """The parsed lines of a log file that have these fields."""
        path = self.directory / "logs" / name
        return [line for line in lines_of(path) if having.items() <= line.items()]

    def line(self, name: str = "crm.log", **having: Any) -> dict[str, Any]:
        """The one line that has these fields, as soon as it is there."""
        until = time.monotonic() + PATIENCE
        while not (found := self.lines(name, **having)) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(found) == 1, f"{len(found)} lines have {having}"
        return found[0]

    def figures(self, name: str) -> dict[str, float]:
        """The samples of a family, by their labels."""
        text = self.http.get("/metrics/", headers={"user-agent": "tests"}).text
        found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)
        return {labels: float(value) for labels, value in found}

    def figure(self, name: str, wanted: float, labels: str = "") -> None:
        """Wait until a sample has this value."""
        until = time.monotonic() + PATIENCE
        while (now := self.figures(name).get(labels)) != wanted and time.monotonic() < until:
            time.sleep(0.05)
        assert now == wanted, f"{name}{{{labels}}} is {now}"

    @property
    def output(self) -> str:
        """What the server has said on its own."""
        return (self.directory / "server.log").read_text()

    @property
    def memory(self) -> int:
        """Bytes that its process keeps in memory."""
        return int(psutil.Process(self.process.pid).memory_info().rss)


@contextmanager
def serving(kind: str, directory: Path, **environment: str) -> Iterator[Service]:
    """The service under this server, until the end of the block."""
    port = free_port()
    command = [word.format(port=port) for word in COMMANDS[kind]]
    process = loaded.started(
        *command,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.sources.channels.settings",
            "TESTS_DIRECTORY": str(directory),
            **environment,
        },
        output=directory / "server.log",
        also=("redis.asyncio", "requests", "uvicorn.main"),
    )
    service = Service(kind, process, port, directory)
    try:
        _wait(service)
        yield service
    finally:
        service.http.close()
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)


def _wait(service: Service) -> None:
    until = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < until and service.process.poll() is None:
        try:
            service.http.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start: {service.output[-2000:]}")


def said(socket: ClientConnection) -> Any:
    """The next message, which is JSON."""
    return json.loads(socket.recv(PATIENCE))


def closed(socket: ClientConnection) -> tuple[int, str]:
    """How the server closes this socket, which says nothing more before."""
    try:
        message = socket.recv(PATIENCE)
    except ConnectionClosed as end:
        return (end.rcvd.code, end.rcvd.reason) if end.rcvd else (1006, "")
    raise AssertionError(f"The socket is open and says {message!r}.")
