"""Real providers on this machine, and what was told of attempts."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import enumerate as threads
from typing import Any

import django
import pytest
from django.test import override_settings

from fireline.communication import DeliveryResult, whatsapp
from fireline.signals import message_attempted, message_settled
from tests.communication.mailbox import Mailbox, receiving
from tests.communication.provider import SECRET, TOKEN, Provider, serving
from tests.servers.running import free_port

APP_SECRET = "app secret"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No limit that an earlier test has closed; and no attempt that hangs behind this one."""
    whatsapp._rates.clear()
    yield
    until = time.monotonic() + 10
    while any(thread.name == "fireline-message" for thread in threads()):
        assert time.monotonic() < until, "an attempt was left behind"
        time.sleep(0.01)


@pytest.fixture
def provider(settings: Any, nothing_left: None) -> Iterator[Provider]:
    """A provider that all channels over HTTP are pointed at."""
    with serving() as provider:
        settings.FIRELINE = {
            **settings.FIRELINE,
            "MESSAGE_TIMEOUT": 10,
            "PRIVATE_HOSTS": ["127.0.0.1"],
            "WHATSAPP_URL": f"{provider.url}/v26.0",
            "WHATSAPP_TOKEN": TOKEN,
            "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": "a word",
            "SLACK_URL": f"{provider.url}/services/T0/B0/secretsecret",
            "PAGERDUTY_KEY": "e93facc04764012d7bfb002500d5d1a6",
            "PAGERDUTY_URL": f"{provider.url}/v2/enqueue",
            "WEBHOOK_URL": f"{provider.url}/hook",
            "WEBHOOK_SECRET": SECRET,
            "MESSAGE_CHANNELS": ["whatsapp", "email"],
        }
        yield provider


SMTP = "django.core.mail.backends.smtp.EmailBackend"
WAYS = ["EMAIL_*", "MAILERS"] if django.VERSION >= (6, 1) else ["EMAIL_*"]


@contextmanager
def mail_by(way: str, port: int, *, use_tls: bool = False, backend: str = SMTP) -> Iterator[None]:
    """Django's mail goes to this server, told so in the one way or in the other."""
    if way == "MAILERS":
        options = {"host": "127.0.0.1", "port": port, "use_tls": use_tls}
        told: dict[str, Any] = {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    else:
        told = {"BACKEND": backend, "HOST": "127.0.0.1", "PORT": port, "USE_TLS": use_tls}
        told = {f"EMAIL_{name}": value for name, value in told.items()}
    override = override_settings(DEFAULT_FROM_EMAIL="crm@larkfield.example", **told)
    with without_warnings():  # from 6.1 on Django says that the older way will end
        override.enable()
    try:
        yield
    finally:
        with without_warnings():
            override.disable()


@contextmanager
def without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """Each of the ways in which Django is told of mail servers."""
    return str(request.param)


@pytest.fixture
def mailbox(nothing_left: None) -> Iterator[Mailbox]:
    """A mail server that Django's mail is pointed at."""
    with receiving() as mailbox, mail_by(WAYS[-1], mailbox.port):
        yield mailbox


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    return free_port()


@pytest.fixture
def attempted() -> Iterator[list[DeliveryResult]]:
    """What `message_attempted` and `message_settled` have told."""
    told: list[DeliveryResult] = []

    def hear(result: DeliveryResult, **_: object) -> None:
        told.append(result)

    message_attempted.connect(hear)
    message_settled.connect(hear)
    yield told
    message_attempted.disconnect(hear)
    message_settled.disconnect(hear)
