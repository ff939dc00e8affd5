"""`manage.py check` says where accepted events would be lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.checks import run_checks
from django.test import override_settings

from tests.running import valkey

OURS = {*("fireline.E030", "fireline.E031"), *(f"fireline.W03{number}" for number in range(5))}


@contextmanager
def fireline(**changed: object) -> Iterator[None]:
    """A service with these settings."""
    with override_settings(FIRELINE={"SERVICE": "crm", **changed}):
        yield


def found(*, is_deployed: bool = False) -> dict[str, str]:
    """The hints of what is found of the spool, by id."""
    messages = run_checks(tags=["fireline"], include_deployment_checks=is_deployed)
    return {message.id: message.hint for message in messages if message.id in OURS}


def test_spool_in_the_temporary_directory_is_for_trying_out(tmp_path: Path) -> None:
    """What a restart of the host empties is said before a service is deployed, not before."""
    with fireline(RUN_DIRECTORY=str(tmp_path)):
        assert found() == {}
        assert "/var/lib" in found(is_deployed=True)["fireline.W031"]
    with fireline(TRACKER_SPOOL="/var/lib/crm/spool"):
        assert found(is_deployed=True) == {}


def test_spool_of_somebody_else_is_said(tmp_path: Path) -> None:
    """A link, a file or the directory of another user is no place for events."""
    (tmp_path / "spool").symlink_to(tmp_path)
    with fireline(TRACKER_SPOOL=str(tmp_path / "spool")):
        assert "one user" in found()["fireline.W030"]


def test_spool_without_room_is_an_error(tmp_path: Path) -> None:
    """A budget of nothing accepts nothing."""
    with fireline(TRACKER_SPOOL=str(tmp_path), TRACKER_SPOOL_MB=0):
        assert "such as 256" in found()["fireline.E031"]


def test_address_of_no_redis_is_an_error() -> None:
    """A typing error in the address is found before the first event."""
    with fireline(TRACKER_SPOOL="redis://localhost:port/0"):
        assert "rediss://" in found()["fireline.E030"]


def test_redis_that_cannot_be_asked_is_said() -> None:
    """Where nobody answers it is not known whether the spool forgets."""
    with fireline(TRACKER_SPOOL="redis://127.0.0.1:1/0"):
        assert found(is_deployed=True).keys() == {"fireline.W032"}


def test_redis_that_forgets_is_said() -> None:
    """Neither a Redis without an append-only file nor one that evicts is a spool."""
    import redis

    with valkey() as server, fireline(TRACKER_SPOOL=server.url):
        redis.Redis.from_url(server.url).config_set("maxmemory-policy", "allkeys-lru")
        forgetful = found(is_deployed=True)
    with valkey(is_durable=True) as server, fireline(TRACKER_SPOOL=server.url):
        safe = found(is_deployed=True)

    assert forgetful.keys() == {"fireline.W033", "fireline.W034"}
    assert safe == {}
