"""Keys are known without asking the database while a client waits, whatever the database does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fireline.tracker.ingest import keys as module
from fireline.tracker.ingest.keys import keys
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.models import Key, Project
from tests import running

ROOT = Path(__file__).parents[3]


@pytest.fixture
def key(spooled, transactional_db) -> Key:
    """A key in the database, of which this process does not know yet."""
    project = Project.objects.create(name="shop")
    return Key.objects.create(
        project=project, allowed_origins=["https://shop.example"], events_per_minute=60
    )


def test_read(key):
    """A key is found with what it allows."""
    found = keys.admission(key.public_key)

    assert (found.key, found.project) == (key.public_key, str(key.project_id))
    assert (found.allowed_origins, found.events_per_minute) == (("https://shop.example",), 60)


def test_switched_off(key, monkeypatch):
    """A key that was switched off is unknown from the next look on, also after an idle day."""
    keys.admission(key.public_key)
    Key.objects.update(is_active=False)
    assert keys.admission(key.public_key)
    monkeypatch.setattr(module, "KEEP", 0.0)
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)

    with pytest.raises(Refused, match="switched off"):
        keys.admission(key.public_key)


def test_made_just_now(key, monkeypatch):
    """A new key is known within a second."""
    keys.admission(key.public_key)
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)
    new = Key.objects.create(project=key.project)

    assert keys.admission(new.public_key).key == new.public_key


def test_invented_keys(key, django_assert_num_queries, monkeypatch):
    """A thousand invented keys cost one look, and no memory."""
    looks = []
    monkeypatch.setattr(module, "read", lambda: looks.append(1) or {})

    for number in range(1000):
        with pytest.raises(Refused) as refused:
            keys.admission(f"invented-{number}")
        assert refused.value.status == 403

    assert len(looks) <= 3
    assert keys._book == {}


def test_odd_values(key):
    """What an administrator has typed in wrongly breaks no other key, and does not let all pages send."""
    Key.objects.create(project=key.project, public_key="odd", allowed_origins={"a": 1})

    assert keys.admission("odd").allowed_origins == ("{'a': 1}",)
    assert keys.admission(key.public_key)


def test_fresh_process_without_database(key, monkeypatch):
    """A process that starts while the database is away knows the keys of those before it."""
    keys.admission(key.public_key)
    keys.forget()

    def is_away():
        raise OSError("connection refused")

    monkeypatch.setattr(module, "read", is_away)

    assert keys.admission(key.public_key).events_per_minute == 60
    with pytest.raises(Refused) as refused:
        keys.admission("unknown")
    assert refused.value.status == 503
    assert module._file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"[7]", b'[{"key":"a"}]', b"\xff", b"[" * 5000, b'[{"key":"a","x":1}]'],
)
def test_broken_file(key, content):
    """A file of keys that is none is no file."""
    module._file().parent.mkdir(parents=True, exist_ok=True)
    module._file().write_bytes(content)

    assert keys.admission(key.public_key)


@pytest.fixture
def outage(server):
    """The PostgreSQL, for a test that takes it away; others have it back behind the test."""
    yield server
    server.resume()
    if server.process is None:
        server.start()


def test_hanging_database(outage, tmp_path):
    """With a database that hangs, known keys are answered at once, and unknown ones after a second."""
    told = _ask(outage, tmp_path)

    assert told["before"] == "known"
    assert told["known"] == ["known"] * 5
    assert told["known_took"] < 3
    assert told["unknown"] == [503] * 5
    assert told["unknown_took"] < 5
    assert told["dead"] == "known"
    assert told["again"] == "new"


def _ask(server: running.PostgreSQL, place: Path) -> dict:
    """What the story below has told, of a process of its own."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.tracker.ingest.hanging"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PLACE": str(place),
            "PORT": str(server.port),
        },
    )
    with child as process:
        for action in (server.pause, server.end, server.start):
            assert process.stdout.readline() == "next\n"
            action()
            print("done", file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())
