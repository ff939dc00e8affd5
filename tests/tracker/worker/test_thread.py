"""A digester in a thread of a process that serves: one for each host, and in nobody's way."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.dispatch import Signal
from django.test.client import ClientHandler

from fireline.tracker.worker import thread
from fireline.tracker.worker.election import Election
from tests.tracker.worker.conftest import Program, Sender, Service, eventually


def _digester(service: Service) -> int:
    """The process that digests."""
    return int((service.place / "spool" / "digest.lock").read_text() or 0)


def _end(server: Program) -> str:
    """What the server has said, ended by SIGTERM within its time."""
    began = time.monotonic()
    said = server.end()
    assert time.monotonic() - began < 9  # three seconds, with slack
    return said


def test_one_process_digests_and_another_takes_over(service: Service, sender: Sender) -> None:
    """Of two gunicorn workers, forked after loading, one digests; when it is killed, the other does."""
    server, address = service.serve()
    eventually(lambda: len({service.ask(address) for _ in range(10)}) == 2)
    sender.send(20)
    eventually(lambda: service.count() == 20)
    first = _digester(service)

    os.kill(first, signal.SIGKILL)
    sender.send(20)

    eventually(lambda: service.count() == 40)
    assert _digester(service) != first
    assert service.figures() == {40}
    assert "Traceback" not in _end(server)


def test_server_stops_cleanly(service: Service, sender: Sender) -> None:
    """Under ASGI too a process that serves digests; it ends soon, and says nothing about it."""
    server, _ = service.serve("uvicorn")
    sender.send(20)
    eventually(lambda: service.count() == 20)

    refused = service.run("fireline_worker", "--once", code=1)
    said = _end(server)

    assert f"Process {server.pid} digests the spool" in refused
    assert "TRACKER_DIGEST" in refused
    assert "Traceback" not in said
    assert "tracker" not in said


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a thread would have started, were this no test."""
    starts: list[str] = []
    monkeypatch.setattr(thread, "_is_test_run", lambda: False)
    monkeypatch.setattr(thread._digester, "start", lambda: starts.append("started"))
    # Of its own: Django's also closes connections.
    monkeypatch.setattr(thread, "request_started", Signal())
    thread.install()
    return starts


def _serve(handler: type, times: int = 1) -> None:
    for _ in range(times):
        thread.request_started.send(sender=handler)


@pytest.mark.parametrize("handler", [WSGIHandler, ASGIHandler])
def test_first_request_starts_it(started: list[str], handler: type) -> None:
    """The first request that a server brings starts the thread, the others do not even ask."""
    _serve(handler, times=3)

    assert started == ["started"]
    assert not thread.request_started.has_listeners(handler)


@pytest.mark.parametrize("digest", ["worker", "off"])
def test_only_where_the_setting_says_so(started: list[str], settings: Any, digest: str) -> None:
    """With TRACKER_DIGEST = worker or off no process that serves digests."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_DIGEST": digest}

    _serve(WSGIHandler)

    assert not started


def test_client_of_tests_starts_nothing(started: list[str]) -> None:
    """A command or a test that asks through Django's client serves nobody."""
    _serve(ClientHandler)

    assert not started


@pytest.mark.parametrize("sender", [None, "scheduler", object()])
def test_requests_of_no_server_pass(started: list[str], sender: Any) -> None:
    """Schedulers send the signal with whatever they like; the next request of a server starts it."""
    thread.request_started.send(sender=sender)
    assert not started

    _serve(WSGIHandler)

    assert started == ["started"]


def test_no_room_for_a_thread(started: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is served all the same."""
    monkeypatch.setattr(thread._digester, "start", lambda: 1 / 0)

    _serve(WSGIHandler)

    assert not started


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests leave threads
def test_forked_child_keeps_no_seat(tmp_path: Path) -> None:
    """When the digester dies, a process that it has forked does not keep others from digesting."""
    seat = Election(tmp_path / "digest.lock")
    assert seat.is_won()
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        seat.leave()

        assert eventually(lambda: Election(seat.path).is_won())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_test_run_starts_nothing() -> None:
    """A live server of the tests starts no thread."""
    thread._begin(sender=WSGIHandler)

    assert thread._digester._thread is None
