"""A digester in a process of its own: what it says, what stops it, and what it survives."""

import signal
import subprocess
from pathlib import Path

import pytest

from fireline.tracker.spool.local import LocalSpool
from fireline.tracker.spool.streams import RedisSpool
from tests.running import PATIENCE, PostgreSQL, valkey
from tests.tracker.worker.conftest import Sender, Service, eventually


def test_second_one_stands_by(service: Service, sender: Sender) -> None:
    """A local spool has one digester; another says who it is, and takes over when that one dies."""
    first = service.worker()
    said = service.begin("-m", "django", "fireline_worker").first_line()
    refused = service.run("fireline_worker", "--once", code=1)

    first.kill()
    sender.send(5)

    assert f"Process {first.pid} digests the spool in {service.place / 'spool'}" in said
    assert "Standing by" in said
    assert f"Process {first.pid}" in refused
    assert "TRACKER_DIGEST" in refused
    eventually(lambda: service.count() == 5)


KILLED = """
import os, signal, django
django.setup()
from django.core.management import call_command
from fireline.tracker.spool.local import LocalSpool
LocalSpool.done = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
call_command("fireline_worker")
"""


def test_killed_between_commit_and_done(service: Service, sender: Sender) -> None:
    """What was stored and not yet forgotten by the spool is taken again, and stored once, with --once."""
    sender.send(40)
    code = service.begin("-c", KILLED).process.wait(PATIENCE)
    stored_then = service.count()

    said = service.run("fireline_worker", "--once")

    assert (code, stored_then) == (-signal.SIGKILL, 40)
    assert said.strip() == "0 events stored, 40 had been stored already"
    assert service.figures() == {40}


def test_two_share_one_redis_and_one_may_die(tmp_path: Path, server: PostgreSQL) -> None:
    """Two digesters of one Redis share the work; killed at any moment, one leaves nothing undone."""
    with valkey() as redis:
        service = Service(tmp_path, server, f"{redis.url}/0")
        try:
            sender = Sender(RedisSpool(f"{redis.url}/0", 2**28))
            sender.send(240)
            workers = [service.impatient() for _ in range(2)]
            sender.send(240)
            eventually(lambda: service.count() > 0)
            workers[0].kill()
            sender.send(120)
            eventually(lambda: service.count() == 600, PATIENCE)

            said = workers[1].end()
            assert service.figures() == {600}
            assert "Ended" in said
        finally:
            service.end()


def test_database_that_goes_and_comes_back(tmp_path: Path, server: PostgreSQL) -> None:
    """While PostgreSQL is down nothing is lost and nobody is blamed; then it goes on, until SIGTERM."""
    service = Service(tmp_path, server)
    try:
        sender = Sender(LocalSpool(tmp_path / "spool", 2**28))
        worker = service.worker()
        sender.send(50)
        eventually(lambda: service.count() == 50)
        server.end()
        sender.send(50)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.process.wait(1.2)
        server.start()
        sender.send(20)

        eventually(lambda: service.count() == 120)
        assert service.figures() == {120}
        assert not service.rows("SELECT * FROM fireline_tracker_setaside")
        said = worker.end()
        assert said.count("The tracker cannot digest now") == 1
        assert "120 events stored. Ended." in said
        assert worker.process.returncode == 0
    finally:
        service.end()
