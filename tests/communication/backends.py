"""Backends of mail that do not do what they should."""

from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Lenient(BaseEmailBackend):
    def __init__(self, *, alias: str | None = None, **_options: Any) -> None:
        super().__init__(**({} if alias is None else {"alias": alias}))


class Broken(Lenient):
    def send_messages(self, _messages: Any) -> int:
        return 1 // 0


class Idle(Lenient):
    def send_messages(self, _messages: Any) -> int:
        return 0
