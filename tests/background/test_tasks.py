"""Django's tasks, of Django 6 and of the backport: at once, and by a worker of its own."""

import dataclasses
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from django.core.checks import run_checks

from fireline import bind, scope
from fireline.scope import Scope
from fireline.sources import carried, tasks
from tests.background import deferred
from tests.background.service import Service
from tests.background.told import told_in
from tests.running import valkey

pytestmark = pytest.mark.urls("tests.background.urls")

BATCH = "db_worker --batch --no-startup-delay --interval 0.1".split()


def worked(service: Service) -> subprocess.CompletedProcess[str]:
    """A worker, after it has done all that waits."""
    done = service.command(*BATCH)
    assert done.returncode == 0, done.stderr
    return done


def test_task_at_once_stays_in_the_request(at_once, reports, log):
    """The request's scope, with the task's ids until it ends: one report, one line."""
    answer = at_once("/django/work?arg=mute")

    (report,) = reports
    assert answer["status"] == "FAILED"
    assert (report.correlation_id, report.context["path"]) == ("about", "/django/work")
    assert report.context["task"] == "tests.background.deferred.work"
    assert report.context["task_id"] == answer["task_id"]
    (line,) = log.errors
    assert line["error_id"] == report.error_id
    (work,) = log.lines(logger="crm.jobs")
    assert (work["correlation_id"], work["task_id"]) == ("about", answer["task_id"])
    assert "task_id" not in log.access[0]


@pytest.mark.parametrize("task", ["work", "work_async", "reported"])
def test_failed_task_is_told_once(reports, log, task):
    """Sync, async, or reported by hand before; outside of a request, too."""
    getattr(deferred, task).enqueue("external")

    assert [report.code for report in reports] == ["EXTERNAL_SERVICE_ERROR"]
    assert [line["level"] for line in log.lines() if line["level"] == "ERROR"] == ["ERROR"]
    assert scope.current() is None


def test_arguments_are_named_and_clean(reports):
    """A secret is known by the name of its parameter, also behind the task's context."""
    deferred.with_context.enqueue("mute", "hunter2")

    assert reports[0].context["arguments"]["password"] == "[redacted]"
    assert reports[0].context["arguments"]["how"] == "mute"


def test_bound_values_come_back():
    """What was bound around a task that runs at once is bound again behind it."""
    scope.enter(Scope())
    bind(customer=7)

    deferred.work.enqueue("mute")

    assert dict(scope.bound()) == {"customer": 7}


SENT = {
    "works": "/django/work?arg=works",
    "fails": "/django/reported?arg=mute",
    "fails-async": "/django/work_async?arg=mute",
    "of-nobody": "no request",
    "of-nobody-else": "no request",
}


@pytest.fixture(scope="module")
def done(tables, defer, tmp_path_factory) -> tuple[Service, dict[str, str]]:
    """The service after its worker, another process than the one of the requests, has done these tasks."""
    service = Service(tmp_path_factory.mktemp("deferred"))
    shutil.copy(tables, service.directory)
    ids = dict(zip(SENT, defer(service, *SENT.values()), strict=True))
    worked(service)
    return service, ids


def test_id_travels_to_a_worker(done):
    """From one process to another, beside the task: each of its lines has the request's id."""
    service, ids = done

    lines = service.lines(2, task_id=ids["works"])
    assert "working on works" in [line["message"] for line in lines]
    assert {line["correlation_id"] for line in lines} == {"about-work"}


def test_failure_in_a_worker_is_told_once(done):
    """Under the request's id, although it was reported by hand before."""
    service, ids = done

    (report,) = told_in(service.directory, task_id=ids["fails"])
    assert (report["correlation_id"], report["exception"]) == ("about-reported", "Mute")
    assert report["context"]["retries"] == 0
    assert len(service.lines(task_id=ids["fails"], level="ERROR")) == 1


def test_tasks_of_one_worker_have_ids_of_their_own(done):
    """A worker is a command with a scope; its tasks do not share it, nor each other's."""
    service, ids = done

    (by_request,) = told_in(service.directory, task_id=ids["fails-async"])
    (first,) = told_in(service.directory, task_id=ids["of-nobody"])
    (second,) = told_in(service.directory, task_id=ids["of-nobody-else"])
    (begun,) = service.lines(logger="django_tasks_db")[:1]
    assert by_request["correlation_id"] == "about-work_async"
    assert len({each["correlation_id"] for each in (by_request, first, second, begun)}) == 4


def test_task_stays_as_it_was(done):
    """Nothing of ours stands among its arguments: tables, admins and tests see what they know."""
    service, _ = done

    with closing(sqlite3.connect(service.directory / "crm.sqlite3")) as database:
        rows = database.execute("SELECT args_kwargs FROM django_tasks_database_dbtaskresult")
        stored = [json.loads(row) for (row,) in rows]
    assert {"args": ["works"], "kwargs": {}} in stored
    assert all(row["kwargs"] == {} for row in stored)


def test_id_travels_to_another_host(deferring, defer):
    """Where the processes share no directory, a cache carries it; the worker is on Valkey, too."""
    with valkey() as cache:
        deferring.environment |= {"TESTS_CACHE": cache.url, "TESTS_RUN": "/nowhere/of/the/web"}
        (task_id,) = defer(deferring, "/django/work?arg=mute")
        deferring.environment["TESTS_RUN"] = "/nowhere/of/the/worker"
        worked(deferring)

    assert told_in(deferring.directory, task_id=task_id)[0]["correlation_id"] == "about-work"


@pytest.mark.usefixtures("carrier")
class TestCarried:
    """The way beside the task."""

    def test_arrives(self):
        """What was sent is received, by any process that asks for the task."""
        carried.send("task-1", "id-1")

        assert carried.received("task-1") == "id-1"

    def test_unknown_task_has_a_new_id(self):
        """A task that nobody has sent from a scope."""
        assert carried.received("task-2") != carried.received("task-2")

    def test_latest_wins(self):
        """A task that is enqueued again belongs to who did so last."""
        carried.send("task-3", "id-1")
        carried.send("task-3", "x" * 64)
        carried.send("task-3", "id-3")

        assert carried.received("task-3") == "id-3"


@pytest.fixture(params=["directory", "file-cache"])
def carrier(request, settings, tmp_path):
    """Either way."""
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path)}
    if request.param == "file-cache":
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
                "LOCATION": tmp_path / "cache",
            }
        }


def test_directory_never_grows(settings, tmp_path):
    """However many tasks wait, the table has its size; one that was lost has a new id, not another's."""
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path)}
    for number in range(3000):
        carried.send(f"task-{number}", f"id-{number}")

    path = tmp_path / "crm" / "tasks.ids"
    found = [carried.received(f"task-{number}") for number in range(3000)]
    assert path.stat().st_size <= carried._RECORDS * carried._RECORD.size
    assert path.stat().st_mode & 0o077 == 0
    kept = [number for number in range(3000) if found[number] == f"id-{number}"]
    assert len(kept) > 2850
    assert sum(each.startswith("id-") for each in found) == len(kept)


def test_broken_carrier_hurts_nobody(settings, at_once, reports):
    """No directory, no cache: the task runs, and has a new id where it runs elsewhere."""
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": "/proc/nowhere", "TASKS_CACHE": "none"}

    assert at_once("/django/work?arg=works")["status"] == "SUCCESSFUL"
    tasks.on_enqueued(sender=object, task_result=deferred.work.enqueue("works"))


def test_cache_that_is_none_is_checked(settings):
    """`manage.py check` says what the project has."""
    settings.FIRELINE = {"SERVICE": "crm", "TASKS_CACHE": "shared"}

    (found,) = [found for found in run_checks(tags=["fireline"]) if found.id == "fireline.E011"]
    assert "'shared'" in found.msg
    assert "default" in found.hint


def test_worker_that_keeps_no_exception_is_told(reports):
    """A backend that sends its signal when the exception is gone: its class and traceback tell."""
    result = deferred.work.enqueue("mute")
    reports.clear()

    tasks.on_finished(task_result=dataclasses.replace(result))

    (report,) = reports
    assert report.context["text"] == "tests.raised.Mute"
    assert "Traceback" in report.context["traceback"]
    assert report.context["task_id"] == result.id
