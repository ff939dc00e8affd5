"""The settings name the spool of a process."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import override_settings

from fireline.tracker.spool import chosen, spool
from fireline.tracker.spool.local import LocalSpool
from fireline.tracker.spool.streams import RedisSpool

Configure = Callable[..., None]


@pytest.fixture
def configure() -> Any:
    """Settings of Fireline until the end of the test."""
    active = []

    def begin(**changed: object) -> None:
        override = override_settings(FIRELINE={"SERVICE": "crm", **changed})
        override.enable()
        active.append(override)

    yield begin
    for override in reversed(active):
        override.disable()


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How the default database is set up."""
    settings = dict(connections["default"].settings_dict)
    monkeypatch.setattr(connections["default"], "settings_dict", settings)
    return settings


def test_one_for_each_process(configure: Configure, tmp_path: Path) -> None:
    """Whoever asks gets the same."""
    configure(TRACKER_SPOOL=str(tmp_path), TRACKER_SPOOL_MB=3)

    found = spool()

    assert isinstance(found, LocalSpool)
    assert (found.directory, found.limit) == (tmp_path, 3 * 1024 * 1024)
    assert spool() is found


def test_changed_settings_are_seen(configure: Configure, tmp_path: Path) -> None:
    """A test that overrides the settings has its own spool, and afterwards the one before."""
    configure(TRACKER_SPOOL=str(tmp_path / "one"))
    before = spool()
    configure(TRACKER_SPOOL=str(tmp_path / "two"))

    assert spool() is not before
    assert chosen.directory() == tmp_path / "two"


@pytest.mark.parametrize("name", ["tracker.sqlite3", "relative.sqlite3"])
def test_beside_the_file_of_the_tracker(
    configure: Configure, database: dict[str, Any], name: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Without a setting the spool lies beside the tracker's SQLite file, wherever that was named from."""
    monkeypatch.chdir(tmp_path)
    configure()
    database["NAME"] = name if name.startswith("relative") else tmp_path / name

    assert chosen.directory() == tmp_path / f"{name}.spool"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"NAME": ":memory:"}, id="memory"),
        pytest.param({"NAME": "file:memorydb?mode=memory&cache=shared"}, id="of-a-test"),
        pytest.param({"ENGINE": "django.db.backends.postgresql", "NAME": "crm"}, id="postgresql"),
    ],
)
def test_without_a_file_in_the_run_directory(
    configure: Configure, database: dict[str, Any], changed: dict[str, str], tmp_path: Path
) -> None:
    """Where the tracker's tables are in no file the spool is in the run directory."""
    configure(RUN_DIRECTORY=str(tmp_path))
    database.update(changed)

    assert chosen.directory() == tmp_path / "crm" / "spool"


@pytest.mark.parametrize("address", ["redis://h:1/2", "rediss://h/0", "unix:///run/redis.sock"])
def test_address_of_a_redis_is_a_stream(configure: Configure, address: str) -> None:
    """Nothing is asked of Redis before the first entry."""
    configure(TRACKER_SPOOL=address)

    assert isinstance(spool(), RedisSpool)


def test_redis_without_its_library_says_what_to_install(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names a Redis and has no client for it is told the extra."""
    monkeypatch.setitem(sys.modules, "fireline.tracker.spool.streams", None)
    configure(TRACKER_SPOOL="redis://localhost/0")

    with pytest.raises(ImproperlyConfigured, match=r"django-fireline\[redis\]"):
        spool()
