"""An HTTP server that behaves as badly as it is told: slow, down, busy, lying, gone half-way."""

import socket
import socketserver
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

Behaviour = Callable[["Server", socket.socket], None]


def answers(status: int = 200, body: bytes = b"ok", **headers: str) -> Behaviour:
    """Answer with this; `Retry_After` is the header Retry-After."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", *lines, "", ""])
    return lambda _, peer: peer.sendall(head.encode() + body)


def says(raw: bytes) -> Behaviour:
    """Send these bytes, and close."""

    def behave(_: "Server", peer: socket.socket) -> None:
        peer.sendall(raw)
        peer.shutdown(socket.SHUT_RDWR)

    return behave


def is_silent(server: "Server", _: socket.socket) -> None:
    """Never answer."""
    server.is_ending.wait(30)


closes: Behaviour = says(b"")
"""Close the connection without a word."""
closes_in_head: Behaviour = says(b"HTTP/1.1 2")
closes_in_body: Behaviour = says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Server:
    """Where it is, how it behaves from request to request (then as the last time), and what was asked."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = [answers()]
        self.asked: list[Asked] = []
        self.is_ending = Event()
        self.port = 0
        self.greeting = b""
        """What it says to everyone before it is asked, and nothing more."""
        self.greeted = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/pay?token=s3cret"

    def behaves(self, *behaviours: Behaviour) -> None:
        """Behave like this, one after the other."""
        self.behaviours = list(behaviours)

    def next(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextmanager
def serving() -> Iterator[Server]:
    """A server, until the end of the block."""
    server = Server()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if server.greeting:
                server.greeted += 1
                self.request.sendall(server.greeting)
                return
            while (asked := _read(self.rfile)) is not None:
                server.asked.append(asked)
                try:
                    server.next()(server, self.connection)
                except OSError:
                    return

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that has left is none of ours."""

    with Listener(("127.0.0.1", 0), Handler) as listener:
        server.port = listener.server_address[1]
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.is_ending.set()
        listener.shutdown()
        thread.join()


def _read(stream: Any) -> Asked | None:
    """The next request of a connection."""
    try:
        first = stream.readline().decode("latin-1").split()
        if len(first) < 3:
            return None
        headers = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = b""
        if headers.get("transfer-encoding") == "chunked":
            while size := int(stream.readline(), 16):
                body += stream.read(size)
                stream.readline()
            stream.readline()
        else:
            body = stream.read(int(headers.get("content-length", 0)))
    except OSError:
        return None
    return Asked(method=first[0], path=first[1], headers=headers, body=body)
