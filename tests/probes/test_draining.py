"""Draining: no more work, please; what is done goes on."""

import os
import signal
import threading
import time

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from fireline.probes import draining
from tests import loaded
from tests.running import PATIENCE
from tests.servers.running import MODULES, ROOT

DRAINING = {
    "status": "not_ready",
    "checks": {"database": True, "cache": True},
    "draining": True,
}


@pytest.fixture
def run_directory(tmp_path, settings):
    """A run directory of this test's own."""
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path / "run")}
    draining.begin()
    return tmp_path / "run"


@pytest.fixture
def handler():
    """A server's handler of SIGTERM, and what it heard; gone behind the test."""
    heard = []

    def hear(number, frame):
        heard.append(number)

    before = signal.signal(signal.SIGTERM, hear)
    hear.heard = heard
    yield hear
    signal.signal(signal.SIGTERM, before)


def test_drained_service_is_not_ready_and_lives(run_directory, client, db):
    """The command is heard at once; taken back, the process is ready again."""
    before = client.get("/readyz")
    call_command("fireline_drain", verbosity=0)
    drained, alive = client.get("/readyz"), client.get("/healthz")
    call_command("fireline_drain", "--undo", verbosity=0)
    after = client.get("/readyz")

    assert (before.status_code, after.status_code) == (200, 200)
    assert (drained.status_code, drained.json()) == (503, DRAINING)
    assert alive.status_code == 200


def test_process_that_starts_later_is_ready(run_directory):
    """A file that lies there at the start has spoken to those before; a new one speaks to all."""
    call_command("fireline_drain", verbosity=0)
    assert draining.is_draining()
    draining.begin()  # a second handler of the same process
    assert draining.is_draining()

    draining._stale.clear()
    draining.begin()

    assert not draining.is_draining()
    call_command("fireline_drain", verbosity=0)
    assert draining.is_draining()


def test_drain_waits_as_long_as_the_load_balancer_needs(run_directory, monkeypatch):
    """So that preStop ends when nobody sends requests any more; the file is written first."""
    waited = []
    monkeypatch.setattr(
        time, "sleep", lambda seconds: waited.append((seconds, draining.is_draining()))
    )

    call_command("fireline_drain", "--wait", "15", verbosity=0)

    assert waited == [(15.0, True)]


@pytest.mark.parametrize("wait", ["-1", "nan", "inf"])
def test_senseless_wait_is_refused(run_directory, wait):
    """With the way out."""
    with pytest.raises(CommandError, match="such as --wait 15"):
        call_command("fireline_drain", "--wait", wait)


def test_run_directory_that_cannot_be_had_is_said_and_breaks_no_probe(
    tmp_path, settings, client, db
):
    """The command fails with the way out, /readyz goes on."""
    (tmp_path / "file").touch()
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path / "file" / "run")}

    with pytest.raises(CommandError, match="Set FIRELINE"):
        call_command("fireline_drain")
    assert client.get("/readyz").status_code == 200


def test_sigterm_drains_and_reaches_the_server(run_directory, handler, client, db):
    """The handler that was there is called, too; one installs it, however often it is asked."""
    Client().get("/readyz")
    draining.begin()
    os.kill(os.getpid(), signal.SIGTERM)

    drained = client.get("/readyz")

    assert handler.heard == [signal.SIGTERM]
    assert (drained.status_code, drained.json()) == (503, DRAINING)


def test_server_that_lays_its_handler_later_is_heard(run_directory, handler):
    """After a preload the worker does so; the next probe finds it."""
    draining.begin()
    heard = []
    signal.signal(signal.SIGTERM, lambda *args: heard.append(args))
    assert not draining.is_draining()

    os.kill(os.getpid(), signal.SIGTERM)

    assert (len(heard), handler.heard) == (1, [])
    assert draining.is_draining()


def test_handlers_that_call_each_other_end(run_directory, handler):
    """Somebody may lay one that calls ours; ours then calls his."""
    draining.begin()
    ours, theirs = signal.getsignal(signal.SIGTERM), []

    def calls_ours(number, frame):
        theirs.append(number)
        ours(number, frame)

    signal.signal(signal.SIGTERM, calls_ours)
    assert not draining.is_draining()

    os.kill(os.getpid(), signal.SIGTERM)

    assert (theirs, handler.heard) == ([signal.SIGTERM], [signal.SIGTERM])
    assert draining.is_draining()


def test_process_without_a_server_keeps_its_signals(run_directory, client, db):
    """In a management command SIGTERM ends the process, as ever."""
    client.get("/readyz")

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_other_threads_lay_no_handler(run_directory, handler):
    """Python allows it in the main thread only."""
    found = []
    thread = threading.Thread(target=lambda: found.append(draining.is_draining()))
    thread.start()
    thread.join()

    assert found == [False]
    assert signal.getsignal(signal.SIGTERM) is handler


@pytest.mark.parametrize("kind", ["gthread", "preload", "uvicorn", "uvicorn-sync"])
def test_open_connection_learns_of_sigterm(serve, tmp_path, kind):
    """
    Over a connection that is kept alive, for a new one may no longer be taken.

    A server closes idle ones soon after (uvicorn within a tenth of a second): who is too late tries
    it with another.
    """
    for attempt in range(5):
        directory = tmp_path / str(attempt)
        directory.mkdir()
        with serve(kind, directory, TESTS_LIMIT="20") as service:
            before = service.client.get("/readyz").status_code
            service.process.send_signal(signal.SIGTERM)
            try:
                drained = until_it_drains(service.client)
            except httpx.TransportError:
                continue
            service.client.close()
            assert (before, drained.json()) == (200, DRAINING)
            assert service.process.wait(PATIENCE) in {0, -signal.SIGTERM}
            return
    pytest.fail("no connection was open long enough")


def until_it_drains(client):
    """The first answer of /readyz that is none of a process that knows of nothing yet."""
    while (answer := client.get("/readyz")).status_code == 200:
        time.sleep(0.002)
    return answer


@pytest.fixture
def command(environment, tmp_path):
    """Run a command beside the service, as preStop does."""

    def command(*arguments):
        done = loaded.python(
            *("-m", "django", *arguments),
            env={
                **os.environ,
                **environment,
                "TESTS_DIRECTORY": str(tmp_path),
                "PYTHONPATH": f"{ROOT}/src:{ROOT}",
            },
            also=MODULES,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


def test_command_reaches_every_process_and_no_later_one(serve, tmp_path, command):
    """Each worker that serves drains, one that is preloaded too; the next start is ready."""
    with serve("preload", tmp_path, TESTS_LIMIT="20") as service:
        assert service.client.get("/readyz").status_code == 200
        said = command("fireline_drain")
        drained = [service.client.get("/readyz") for _ in range(10)]
        lives = [service.client.get("/healthz").status_code for _ in range(10)]
        with serve("uvicorn", tmp_path, TESTS_LIMIT="20") as later:
            started = later.client.get("/readyz")
        command("fireline_drain", "--undo")
        after = [service.client.get("/readyz").status_code for _ in range(10)]

    assert said.startswith("Draining: /readyz answers 503")
    assert [answer.json() for answer in drained] == [DRAINING] * 10
    assert set(lives) == {200}
    assert started.json() == {"status": "ready", "checks": DRAINING["checks"]}
    assert set(after) == {200}
