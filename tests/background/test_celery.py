"""Celery: a real worker on a real Valkey."""

import pytest
from django.test import Client

from fireline.sources import celery as source
from tests.background import celery_app
from tests.background.service import Service
from tests.background.told import told_in

pytestmark = pytest.mark.urls("tests.background.urls")


@pytest.fixture
def send(client: Client, worker: Service):
    """The id of a task that a request has sent; the request's id is `about-<path>`."""

    def send(path: str, *args: str) -> str:
        headers = {"x-correlation-id": f"about-{path.replace('/', '-')}"}
        return client.get(f"/{path}", {"arg": args}, headers=headers).json()["task_id"]

    return send


def test_id_travels_with_a_task(send, worker):
    """Every line of the task, the service's own and Celery's, has the request's id and the task's."""
    task_id = send("celery/work", "works")

    lines = worker.lines(2, task_id=task_id)
    assert [line["message"].split("[")[0] for line in lines] == [
        "working on works",
        "Task tests.background.celery_app.work",
    ]
    for line in lines:
        assert line["correlation_id"] == "about-celery-work"
        assert (line["task"], line["retries"]) == ("tests.background.celery_app.work", 0)


def test_id_travels_through_a_chain(send, worker):
    """The second task of a chain is sent by the worker, and still belongs to the request."""
    task_id = send("chain")

    assert worker.told(task_id=task_id)[0]["correlation_id"] == "about-chain"


def test_task_of_nobody_has_the_id_of_its_root(worker):
    """Without a request, as `celery beat` sends, the id is known from the task's and stays the same."""
    task_id = celery_app.work.delay("mute").id

    assert worker.told(task_id=task_id)[0]["correlation_id"] == task_id


def test_forged_id_is_not_taken(worker):
    """Who can write to the broker cannot write lines into the log."""
    task_id = celery_app.work.apply_async(["mute"], headers={source.HEADER: "a\nb"}).id

    assert worker.told(task_id=task_id)[0]["correlation_id"] == task_id


def test_failed_task_is_told_once(send, worker):
    """One report, one line with the traceback: under the ids, with arguments by name and no secret."""
    task_id = send("celery/work", "database-bug", "hunter2")

    (report,) = worker.told(task_id=task_id)
    assert report["code"] == "INTERNAL_ERROR"
    assert report["correlation_id"] == "about-celery-work"
    assert report["context"] == {
        "task": "tests.background.celery_app.work",
        "task_id": task_id,
        "retries": 0,
        "arguments": {"how": "database-bug", "password": "[redacted]"},
    }
    (line,) = worker.lines(task_id=task_id, level="ERROR")
    assert line["error_id"] == report["error_id"]
    assert line["exceptions"][0]["type"].endswith("OperationalError")


@pytest.mark.parametrize("task", ["reported", "late", "unpicklable"])
def test_failure_is_told_once(send, worker, task):
    """Reported by hand before, acknowledged late, or of a kind that Celery shows a copy of."""
    task_id = send(f"celery/{task}", *([] if task == "unpicklable" else ["mute"]))

    (report,) = worker.told(task_id=task_id)
    assert report["exception"] == ("Unpicklable" if task == "unpicklable" else "Mute")
    assert len(worker.lines(task_id=task_id, level="ERROR")) == 1


def test_retries_are_no_failures_until_the_last(send, worker):
    """Two retries, one report that says so; each retry has its line, under the same id."""
    task_id = send("celery/again", "external")

    (report,) = worker.told(task_id=task_id)
    assert report["context"]["retries"] == 2
    lines = worker.lines(6, task_id=task_id)
    assert {line["correlation_id"] for line in lines} == {"about-celery-again"}
    assert [line["retries"] for line in lines if "working on" in line["message"]] == [0, 1, 2]
    assert len([line for line in lines if "] retry: " in line["message"]]) == 2


@pytest.mark.parametrize(
    ("task", "said"),
    [("recovers", "succeeded"), ("ignored", "ignored"), ("rejected", "reject")],
)
def test_not_a_failure(send, worker, task, said):
    """What recovers at its third try, and what asks to be ignored or rejected."""
    task_id = send(f"celery/{task}")

    assert worker.line_saying(said, task_id=task_id)
    assert told_in(worker.directory, task_id=task_id) == []


def test_expected_failure_is_of_low_severity(send, worker):
    """What a task says that it throws, Celery does not take for an error either."""
    task_id = send("celery/expected")

    assert worker.told(task_id=task_id)[0]["severity"] == "low"
    assert worker.lines(task_id=task_id, level="ERROR", count=0) == []


def test_time_limits(send, worker):
    """The soft one is raised in the task, at the hard one its process is killed: one report each."""
    soft, hard = send("celery/soft"), send("celery/hard")

    worker.line_saying("Hard time limit", task_id=hard)
    (gentle,), (sudden,) = worker.told(task_id=soft), worker.told(task_id=hard)
    assert (gentle["exception"], gentle["correlation_id"]) == (
        "SoftTimeLimitExceeded",
        "about-celery-soft",
    )
    assert (sudden["exception"], sudden["correlation_id"]) == (
        "TimeLimitExceeded",
        "about-celery-hard",
    )


def test_killed_process(send, worker):
    """The main process tells of it, under the request's id; the worker goes on."""
    task_id = send("celery/killed")

    (report,) = worker.told(task_id=task_id)
    assert (report["exception"], report["correlation_id"]) == (
        "WorkerLostError",
        "about-celery-killed",
    )
    assert worker.told(task_id=send("celery/work", "mute"))


def test_bound_values_end_with_the_task(send, worker):
    """A process of the worker runs one task after another."""
    first = send("celery/binds")
    assert worker.told(task_id=first)[0]["context"]["customer"] == 7

    tasks = [send("celery/work", "mute") for _ in range(4)]
    for task_id in tasks:
        assert "customer" not in worker.told(task_id=task_id)[0]["context"]


def test_task_at_once_stays_in_the_request(client, worker, reports, log):
    """`.apply()` in a view: the request's scope, with the task's ids until it ends."""
    path = "/celery-at-once/work?arg=mute"
    answer = client.get(path, headers={"x-correlation-id": "about"}).json()

    (report,) = reports
    assert answer["state"] == "FAILURE"
    assert (report.correlation_id, report.context["path"]) == ("about", "/celery-at-once/work")
    assert report.context["task_id"] == answer["task_id"]
    during, after = log.lines(logger="crm.jobs")
    assert (during["correlation_id"], during["task_id"]) == ("about", answer["task_id"])
    assert after["correlation_id"] == "about"
    assert "task_id" not in after


def test_retries_at_once_are_told_once(client, worker, reports):
    """Eager retries run inside of each other; the last one's failure is the task's."""
    client.get("/celery-at-once/again?arg=external")

    assert [report.context["retries"] for report in reports] == [2]


def test_traceback_is_written_once(worker):
    """Of all the failures above, Celery's own lines about the same tracebacks are left out."""
    assert worker.lines(level="ERROR", logger="crm.errors")
    errors = [line for line in worker.lines(level="ERROR") if "exceptions" in line]
    assert {line["logger"] for line in errors} == {"crm.errors"}
