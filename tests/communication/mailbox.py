"""A real mail server (aiosmtpd) that takes mail, refuses it, or breaks off."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.running import free_port


class Mailbox:
    """The mails that came; `rcpt`, `data` and `mail` are what the server says to these commands."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = 0
        self.mail = self.rcpt = self.data = "250 OK"
        self.is_hanging_up = False
        self.is_silent = False

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, sender: str, options: list[str]) -> str:  # fmt: skip  # noqa: N802
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return self.mail

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, options: list[str]) -> str:  # fmt: skip  # noqa: N802
        envelope.rcpt_tos.append(to)
        return self.rcpt.replace("<>", f"<{to}>")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.is_hanging_up:
            server.transport.close()
        while self.is_silent:  # noqa: ASYNC110 (it is another thread that ends it)
            await asyncio.sleep(0.02)
        return self.data


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """A mailbox whose server runs at a free port."""
    mailbox = Mailbox()
    mailbox.port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        mailbox.is_silent = False
        controller.stop()
