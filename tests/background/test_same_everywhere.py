"""A failure is the same wherever it happens: the promise of the whole package."""

import pytest
from django.core.management import call_command

from tests.background.told import said
from tests.raised import RAISED

pytestmark = pytest.mark.urls("tests.background.urls")

SAME = ("code", "message", "severity", "status", "details", "exception")


@pytest.fixture
def installed(settings):
    """The app with the command."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.background"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("how", RAISED)
def test_failure_is_the_same_everywhere(client, worker, reports, log, how):
    """A request, a Celery task, a Django task and a command: same code, message, severity and ids."""
    headers = {"x-correlation-id": f"about-{how}"}
    client.get(f"/fails/{how}/", headers=headers)
    task_id = client.get(f"/celery/work?arg={how}", headers=headers).json()["task_id"]
    client.get(f"/django/work?arg={how}", headers=headers)
    with pytest.raises(type(RAISED[how])):
        call_command("work", how)

    by_request, by_task, by_command = [said(report) for report in reports]
    (by_celery,) = worker.told(task_id=task_id)
    for other in (by_task, by_celery, by_command):
        assert {name: other[name] for name in SAME} == {name: by_request[name] for name in SAME}
    for other in (by_request, by_task, by_celery):
        assert other["correlation_id"] == f"about-{how}"
    for report in (by_request, by_task, by_command):
        (line,) = [line for line in log.errors if line["error_id"] == report["error_id"]]
        assert line["correlation_id"] == report["correlation_id"]
    (line,) = worker.lines(error_id=by_celery["error_id"])
    assert line["correlation_id"] == f"about-{how}"
    assert len({report["error_id"] for report in (by_request, by_task, by_command, by_celery)}) == 4
