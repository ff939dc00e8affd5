"""A network that fails at the worst moment: it lets a statement through, and swallows its answer."""

import select
import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any


class Network:
    """Between the service and its database: where to connect, and which statement to cut after."""

    def __init__(self) -> None:
        self.port = 0
        self.cut_after = b""
        """The answer to the next statement with these words is lost, with its connection."""
        self.connections = 0

    def carry(self, client: socket.socket, database: socket.socket) -> None:
        """One connection, until a side closes it."""
        self.connections += 1
        while True:
            ready, _, _ = select.select([client, database], [], [], 30)
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (database if source is client else client).sendall(data)
                if source is client and self.cut_after and self.cut_after in data:
                    self.cut_after = b""
                    database.recv(65536)  # it is done
                    return


@contextmanager
def network(database_port: int) -> Iterator[Network]:
    """A network before this port of 127.0.0.1."""
    between = Network()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", database_port)) as database:
                between.carry(self.request, database)

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A side that has left is none of ours."""

    with Listener(("127.0.0.1", 0), Handler) as listener:
        between.port = listener.server_address[1]
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield between
        finally:
            listener.shutdown()
            thread.join()
