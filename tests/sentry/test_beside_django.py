"""Where the SDK's own integration of Django is on, its events are enriched, and nothing is told twice."""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from tests import loaded

SCRIPT = Path(__file__).with_name("beside_django.py")


@cache
def run(how, directory):
    """What the service has answered and captured."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "", "SENTRY_DSN": ""}
    done = loaded.python(str(SCRIPT), how, directory, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    return str(tmp_path_factory.mktemp("run"))


@pytest.mark.parametrize("how", ["theirs", "ours", "tracing"])
@pytest.mark.parametrize("path", ["/view/", "/middleware/", "/coroutine/"])
def test_failure_is_one_event_with_our_ids(directory, how, path):
    """Whoever of the two has captured it."""
    said = run(how, directory)[path]

    (event,) = said["events"]
    assert event["tags"]["error_id"] == said["error_id"]
    assert event["tags"]["correlation_id"] == said["correlation_id"]
    assert event["tags"]["code"] == "INTERNAL_ERROR"
    assert event["request"]["url"] == f"http://testserver{path}"


@pytest.mark.parametrize("how", ["theirs", "ours"])
def test_tags_of_the_project_are_there(directory, how):
    """In the SDK's own scope, which is left as it is."""
    (event,) = run(how, directory)["/view/"]["events"]

    assert event["tags"]["own"] == "1"


@pytest.mark.parametrize("how", ["theirs", "ours"])
@pytest.mark.parametrize("path", ["/logged/", "/by-hand/"])
def test_what_is_captured_twice_is_one_event(directory, how, path):
    """A logged exception, and one that the project captures by hand and reports."""
    said = run(how, directory)[path]

    (event,) = said["events"]
    assert event["tags"]["correlation_id"] == said["correlation_id"]


@pytest.mark.parametrize("how", ["theirs", "ours"])
def test_404_is_none(directory, how):
    """As without."""
    assert run(how, directory)["/nowhere/"]["events"] == []


def test_tracing_makes_transactions(directory):
    """One for each request, under the name of its route, with the id of the request."""
    said = run("tracing", directory)["/view/"]

    (transaction,) = said["transactions"]
    assert transaction["transaction"] == "/view/"
    assert transaction["tags"]["correlation_id"] == said["correlation_id"]
