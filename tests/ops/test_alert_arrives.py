"""The whole way: the demo fails, Prometheus counts, Alertmanager tells, somebody's pager rings."""

from contextlib import contextmanager

import pytest

from tests.ops.dashboard import EXPRESSIONS, filled
from tests.ops.expressions import metrics_in
from tests.ops.families import SAMPLES
from tests.ops.running import alertmanager, awaited, demo, pager, prometheus
from tests.ops.tools import needs_tools, said_by

pytestmark = needs_tools

CORRELATION_ID = "asked-by-the-tests"
BUG = "/api/failures/bug/"


class Watched:
    """The demo, and those who watch it."""

    def __init__(self, directory, demo, prometheus, alertmanager, pager):
        self.database = directory / "data" / "crm.sqlite3"
        self.demo = demo
        self.prometheus = prometheus
        self.alertmanager = alertmanager
        self.pager = pager

    def visit(self, failing=0):
        """Five requests, of which some fail; the last answer."""
        paths = ["/login/"] * (5 - failing) + [BUG] * failing
        headers = {"x-correlation-id": CORRELATION_ID}
        return [self.demo.get(path, headers=headers) for path in paths][-1]

    def asked(self, path="query", **query):
        """What Prometheus says."""
        told = self.prometheus.get(path, params=query).json()
        assert told["status"] == "success", told
        return told["data"]

    @contextmanager
    def without_database(self):
        """The demo's database cannot be opened."""
        away = self.database.rename(self.database.with_suffix(".away"))
        self.database.mkdir()
        try:
            yield
        finally:
            self.database.rmdir()
            away.rename(self.database)

    def samples(self, expression):
        """The samples of an expression, now."""
        return self.asked(query=expression)["result"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Everything runs, and Prometheus has been let in by its token."""
    directory = tmp_path_factory.mktemp("watched")
    with (
        pager() as webhook,
        alertmanager(directory, webhook.url) as teller,
        demo(directory) as service,
        prometheus(directory, service.base_url.netloc.decode(), teller) as counter,
    ):
        watched = Watched(directory, service, counter, teller, webhook)
        awaited("the first scrape", lambda: watched.samples("fireline:up == 1"))
        yield watched


def test_one_in_five_fails(watched):
    """The chat hears of a service of which 20 % fail for a while, and hears when it is over."""

    def rings(failing, status):
        watched.visit(failing)
        return watched.pager.alert("HighErrorRate", status)

    alert = awaited("the alert", lambda: rings(1, "firing"))
    end = awaited("its end", lambda: rings(0, "resolved"))

    assert alert["labels"] == {
        "alertname": "HighErrorRate",
        "job": "fireline",
        "service": "crm",
        "severity": "high",
    }
    assert "were answered with 5xx" in alert["annotations"]["description"]
    assert alert["annotations"]["runbook"] == "docs/operations.md#higherrorrate"
    assert [alert["path"], end["path"]] == ["/chat", "/chat"]


def test_database_goes_away(watched):
    """Whoever is on call hears of it although nobody has asked for anything, and hears of its return."""
    with watched.without_database():
        alert = awaited("the alert", lambda: watched.pager.alert("DatabaseDown"))
    end = awaited("its end", lambda: watched.pager.alert("DatabaseDown", "resolved"))

    assert alert["labels"]["severity"] == "critical"
    assert [alert["path"], end["path"]] == ["/pager", "/pager"]


def test_exemplar_leads_to_the_failure(watched):
    """A dot on the graph of errors has the ids of a real answer."""
    answers = []

    def kept():
        answers.append(watched.visit(failing=1).headers["x-error-id"])
        found = watched.asked("query_exemplars", query="error_count_total", start=0, end=1e11)
        kept = [exemplar["labels"] for series in found for exemplar in series["exemplars"]]
        return [labels for labels in kept if labels["error_id"] in answers]

    assert awaited("an exemplar", kept)[0]["correlation_id"] == CORRELATION_ID


def test_dashboard_shows_something(watched):
    """Each panel whose families the demo has figures for has something to show."""
    watched.demo.get("/.env")
    watched.visit(failing=1)
    awaited("a security event", lambda: watched.samples("security_events:rate5m"))
    known = set(watched.asked("label/__name__/values"))
    panels = {name: filled(expression) for name, expression in EXPRESSIONS.items()}
    fed = {name: panels[name] for name in panels if metrics_in(panels[name]) <= known}

    for name, expression in fed.items():
        awaited(f"something in {name}", lambda asked=expression: watched.samples(asked))
    assert known >= {"http_requests_total", "error_count_total", "fireline_business"}


def test_families_have_their_labels(watched):
    """What rules, dashboard and page say of a family is what the service says."""
    for name in SAMPLES.keys() & set(watched.asked("label/__name__/values")) - {"up", "ALERTS"}:
        for series in watched.samples(name):
            assert series["metric"].keys() - {"__name__"} == SAMPLES[name]


def test_operator_tries_the_pager(watched):
    """The command of the operator's page arrives where a critical alert does."""
    said_by(
        *("amtool", "alert", "add", f"--alertmanager.url=http://{watched.alertmanager}"),
        *("Test", "severity=critical", "service=crm"),
    )

    assert awaited("the alert", lambda: watched.pager.alert("Test"))["path"] == "/pager"
