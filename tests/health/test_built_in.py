"""What Fireline asks by itself: databases, caches, migrations; and the counts beside them."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from fireline import health
from fireline.health import Look, Status, cache, everything, migrations

REPLICA = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


def test_everything_is_asked():
    """The checks of the contract."""
    assert set(everything().verdicts()) >= {"database", "cache", "memory", "disk", "migrations"}


def test_database_names_its_vendor(db):
    """And says that it is well."""
    verdict = Look(["database"]).verdicts()["database"]

    assert (verdict.status, verdict.message) == (Status.HEALTHY, "Database OK")
    assert verdict.details == {"db_vendor": "sqlite"}


@pytest.mark.parametrize("name", ["database", "migrations"])
def test_service_without_a_database_misses_none(settings, monkeypatch, name):
    """Django's default is a database that cannot be asked."""
    monkeypatch.setitem(connection.settings_dict, "ENGINE", "django.db.backends.dummy")

    assert Look([name]).verdicts()[name].message == "No database is configured"


def test_cache_is_set_read_and_deleted():
    """And nothing is left in it."""
    caches["default"].clear()

    assert Look(["cache"]).verdicts()["cache"].status is Status.HEALTHY
    assert not caches["default"]._cache


class Forgetful:
    """A cache that gives back what it was given after so many times, or never."""

    def __init__(self, misses):
        self.misses = misses
        self.kept = {}

    def set(self, key, value, timeout):
        self.kept[key] = value

    def get(self, key):
        self.misses -= 1
        return self.kept[key] if self.misses < 0 else None

    def delete(self, key):
        del self.kept[key]

    def close(self):
        self.is_closed = True


def test_cache_that_loses_what_it_is_given_fails(monkeypatch):
    """A full one, or one that evicts at once."""
    forgetful = Forgetful(1000)
    monkeypatch.setattr(cache, "caches", {"default": forgetful})

    with pytest.raises(RuntimeError, match="did not give back"):
        cache.ask("default")
    assert forgetful.is_closed


def test_replica_may_be_some_milliseconds_behind(monkeypatch):
    """Readiness must not flicker because of it."""
    forgetful = Forgetful(2)
    monkeypatch.setattr(cache, "caches", {"default": forgetful})

    assert cache.ask("default").message == "Cache OK"
    assert forgetful.kept == {}


def test_further_caches_have_checks_of_their_own(settings):
    """Named after their alias; /readyz asks the default alone."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }

    verdicts = everything().verdicts()

    assert verdicts["cache:pages"].message == "Cache OK: a DummyCache keeps nothing"


def test_unapplied_migration_is_degraded(db):
    """With its name; the service still serves."""
    assert Look(["migrations"]).verdicts()["migrations"].message == "Migrations OK"
    MigrationRecorder(connection).record_unapplied("auth", "0012_alter_user_first_name_max_length")

    reading = migrations.ask()

    assert (reading.status, reading.message) == (Status.DEGRADED, "1 migration not applied")
    assert reading.details == {
        "unapplied": ["auth.0012_alter_user_first_name_max_length"],
        "unapplied_count": 1,
    }


def test_applied_migrations_are_not_read(db, monkeypatch):
    """Their names say enough; to load all of them takes seconds in a large project."""
    monkeypatch.delattr(migrations, "MigrationExecutor")

    assert migrations.ask().message == "Migrations OK"


def test_squashed_migration_misses_nothing(db, monkeypatch):
    """Names on the disk that nobody has applied may be replaced by another: then Django decides."""
    real = migrations._names()
    monkeypatch.setattr(migrations, "_names", lambda: {*real, ("auth", "0001_squashed")})

    assert migrations.ask().message == "Migrations OK"


def test_migrations_are_asked_rarely(settings, db, monkeypatch):
    """They change with a release."""
    settings.FIRELINE = {"SERVICE": "crm", "HEALTH_CACHE_SECONDS": 0}
    calls = []
    monkeypatch.setattr(migrations, "_names", lambda: calls.append(1) or set())
    for _ in range(5):
        Look(["migrations"]).verdicts()

    assert len(calls) == 1


@pytest.mark.parametrize("is_transaction", [True, False], ids=["test-case", "service"])
def test_counts_stand_beside_the_database(request, is_transaction):
    """Also in a test case, whose rows no other thread can see."""
    request.getfixturevalue("db" if is_transaction else "transactional_db")
    get_user_model().objects.create(username="ada")
    health.register_count("user_count", get_user_model().objects.count)
    health.register_count("broken_count", lambda: 1 / 0)

    verdict = everything().verdicts()["database"]

    assert verdict.status is Status.HEALTHY
    assert verdict.details == {"db_vendor": "sqlite", "user_count": 1, "broken_count": None}


def test_counts_are_asked_by_the_whole_report_alone(dependency, transactional_db):
    """A readiness probe counts no customers; a count that hangs costs the limit and a None."""
    dependency.goes_on.clear()
    health.register_count("slow_count", dependency)
    Look(["database"]).verdicts()
    assert dependency.calls == 0

    look = everything()
    look.limit = 0.1
    verdict = look.verdicts()["database"]

    assert verdict.status is Status.HEALTHY
    assert verdict.details["slow_count"] is None
    health.unregister_count("slow_count")
    assert "slow_count" not in everything().verdicts()["database"].details
