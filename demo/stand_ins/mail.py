"""A mail server that puts every mail into a folder."""

import socket
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class Folder:
    """Keeps each mail as a file, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.count += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{self.count:03}.eml").write_bytes(envelope.content)
        return "250 Taken"


def mail_server(folder: Path) -> tuple[str, str]:
    """Host and port of a server that runs as long as this process."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    Controller(Folder(folder), hostname=HOST, port=port).start()
    return HOST, str(port)
