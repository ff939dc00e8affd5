"""`manage.py migrate` is all that a user runs, wherever the tracker's tables are."""

import json
import os

import pytest
from django.apps import apps
from django.db import connection

from tests import loaded
from tests.resilience import postgres as servers

MODELS = list(apps.get_app_config("fireline_tracker").get_models())
NOTHING = {"tables": 0, "others": 0, "recorded": 0, "content_types": 0, "relations": 0}


def python(*arguments, place, **environment):
    """What the interpreter says, with the service of these tests."""
    done = process(*arguments, place=place, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def process(*arguments, place, **environment):
    """The interpreter, with the service of these tests, when it has ended."""
    return loaded.python(
        *arguments,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.tracker.storage.service",
            "PLACE": str(place),
            **environment,
        },
        cwd=place,
    )


def story(*commands, place, **environment):
    """What was in each database after each of the commands."""
    return json.loads(
        python("-m", "tests.tracker.storage.story", *commands, place=place, **environment)
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The story of a tracker with a file of its own."""
    return story(
        "migrate --plan",
        "migrate",
        "migrate",
        "migrate fireline_tracker zero",
        "migrate --verbosity 0",
        place=tmp_path_factory.mktemp("own"),
        OWN="1",
    )


def test_plan_does_nothing(own):
    """It is printed, and neither database is touched."""
    assert "Create model Event" in own[0]["said"]
    assert own[0]["tracker"] == own[0]["default"] == NOTHING


def test_plain_migrate_makes_the_file_too(own):
    """The default database gets the project's tables, the file the tracker's, neither the other's."""
    migrated = own[1]

    assert migrated["tracker"]["tables"] == len(MODELS)
    assert migrated["tracker"]["others"] == 0
    assert migrated["default"]["tables"] == 0
    assert migrated["default"]["others"] > 0
    assert migrated["tracker"]["recorded"] == migrated["default"]["recorded"] == 1
    _, _, of_its_own = migrated["said"].partition("The tracker's own database, tracker:\n")
    assert of_its_own.splitlines()[-1] == "  Applying fireline_tracker.0001_initial... OK"


def test_migrate_again_has_nothing_to_say_of_it(own):
    """Where both are as far, the tracker's database is left alone."""
    assert own[2]["tracker"] == own[1]["tracker"]
    assert "tracker:" not in own[2]["said"]


def test_zero_leaves_nothing(own):
    """No table, no migration, no content type of the tracker's, in either database."""
    assert own[1]["default"]["content_types"] == len(MODELS)
    assert own[3]["tracker"] == NOTHING
    assert own[3]["default"] == {**own[1]["default"], "recorded": 0, "content_types": 0}


def test_after_zero_it_can_begin_again(own):
    """The next migrate makes everything anew, and says nothing where it shall not."""
    assert own[4]["tracker"] == own[1]["tracker"]
    assert own[4]["default"] == own[1]["default"]
    assert not own[4]["said"]


def test_new_default_database_takes_nothing_away(own, tmp_path):
    """Whoever begins the default database anew, app by app, keeps the tracker's events."""
    story("migrate --verbosity 0", place=tmp_path, OWN="1")
    (tmp_path / "db.sqlite3").unlink()

    begun, whole = story("migrate auth", "migrate", place=tmp_path, OWN="1")

    assert begun["tracker"] == whole["tracker"] == own[1]["tracker"]
    assert "tracker:" not in begun["said"] + whole["said"]


def test_faked_zero_takes_nothing_away(own, tmp_path):
    """Somebody corrects what is recorded; the next migrate puts it right."""
    migrated, faked, again = story(
        "migrate", "migrate --fake fireline_tracker zero", "migrate", place=tmp_path, OWN="1"
    )

    assert migrated["tracker"] == faked["tracker"] == again["tracker"]
    assert faked["default"]["recorded"] == 0
    assert again["default"]["recorded"] == 1


def test_default_database_takes_it_in(tmp_path):
    """Without a database of its own the tracker is in the default one, also with the router; zero cleans up."""
    migrated, gone = story("migrate", "migrate fireline_tracker zero", place=tmp_path)

    assert migrated["default"]["tables"] == len(MODELS)
    assert gone["default"] == {
        **migrated["default"], "tables": 0, "recorded": 0, "content_types": 0
    }  # fmt: skip


@servers.needs_postgres
def test_postgresql_of_its_own(tmp_path):
    """The same on PostgreSQL: plain migrate makes it, zero leaves no relation and no type."""
    with servers.running() as server:
        migrated, gone = story(
            "migrate",
            "migrate fireline_tracker zero",
            place=tmp_path,
            DATABASES=json.dumps({"tracker": server.settings}),
        )

    assert migrated["tracker"]["tables"] == len(MODELS)
    assert migrated["tracker"]["relations"] > len(MODELS)
    assert migrated["default"]["tables"] == 0
    assert gone["tracker"] == NOTHING


TESTS = """
from django.db import connections
from django.test import TestCase
from fireline.tracker.models import Project


class EachDatabaseTest(TestCase):
    databases = {"default", "tracker"}

    def test_row(self):
        Project.objects.create(name="shop")
        self.assertIn("memory", str(connections["tracker"].settings_dict["NAME"]))


class OneDatabaseTest(TestCase):
    def test_nothing(self):
        pass
"""


@pytest.mark.parametrize("suite", ["test_all", "test_all.OneDatabaseTest"])
def test_test_runner_leaves_the_real_file_alone(tmp_path, suite):
    """Django's runner makes test databases for both; the service's own file is not even opened."""
    (tmp_path / "test_all.py").write_text(TESTS)

    python("-m", "django", "test", suite, place=tmp_path, OWN="1")

    assert not (tmp_path / "data" / "tracker.sqlite3").exists()


def test_no_foreign_key_leaves_the_app():
    """So that its tables can be in any database."""
    foreign = {
        field.related_model
        for model in MODELS
        for field in model._meta.get_fields()
        if field.is_relation
    }

    assert foreign <= set(MODELS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"),
    [("event", "payload"), ("attachment", "body"), ("setaside", "envelope")],
)
def test_what_is_large_is_the_last_column(table, column):
    """SQLite reads a row up to the column that is asked for: put it last by hand where a migration is made anew."""
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(
            cursor, f"fireline_tracker_{table}"
        )

    assert description[-1].name == column


def test_command_before_migrate_says_what_to_do(tmp_path):
    """In one line, not in a traceback."""
    done = process("-m", "django", "fireline_events", place=tmp_path, OWN="1")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "CommandError: The tracker's tables cannot be used: no such table: fireline_tracker_event. "
        "Does its database run, and was `manage.py migrate` run?"
    )
