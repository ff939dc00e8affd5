"""What the probes answer, and to whom; through both chains of middlewares."""

import json
import threading
import time
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client

from fireline import health
from fireline.health import Reading
from fireline.probes import ANSWERS, ANSWERS_ASYNC, staff

TOKEN = "correct-horse-battery-staple"
LIMIT, SLACK, PATIENCE = 0.3, 3, 20
DSN = "postgres://crm:hunter2@db.internal/crm"

pytestmark = pytest.mark.django_db


class Awaited:
    """An async client, for a test that is not."""

    def __init__(self):
        self.client = AsyncClient(raise_request_exception=False)
        self.cookies, self.force_login = self.client.cookies, self.client.force_login

    def __getattr__(self, method):
        async def ask(*args, **options):
            return await getattr(self.client, method)(*args, **options)

        return async_to_sync(ask)


@pytest.fixture(params=["sync", "async"])
def client(request):
    """A client of either chain; it has no name, as probes often have none."""
    return Client(raise_request_exception=False) if request.param == "sync" else Awaited()


@pytest.fixture(autouse=True)
def closed(settings):
    """Details for a token alone; findings are of now."""
    settings.FIRELINE = {
        "SERVICE": "crm",
        "MONITORING_TOKEN": TOKEN,
        "HEALTH_TIMEOUT": PATIENCE,
        "HEALTH_CACHE_SECONDS": 0,
    }


@pytest.fixture
def hurried(settings, closed):
    """What hangs is not waited for as long as what is slow."""
    settings.FIRELINE = {**settings.FIRELINE, "HEALTH_TIMEOUT": LIMIT}


def told(client, path="/health/"):
    """The answer to who has the token."""
    return client.get(path, headers={"authorization": f"Bearer {TOKEN}"})


def broken():
    raise OSError(f"cannot reach {DSN}")


@pytest.mark.parametrize("path", ["/healthz", "/healthz/"])
def test_live(client, path):
    """Always, with the service's name."""
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ok", "service": "crm"})


@pytest.mark.parametrize("path", ["/readyz", "/readyz/", "/readiness", "/readiness/"])
def test_ready(client, path):
    """Database and cache, as booleans."""
    response = client.get(path)

    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": True, "cache": True}}


def test_not_ready(client):
    """503, and no word of why."""
    health.register("cache", broken)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "not_ready", "checks": {"database": True, "cache": False}}


def test_degraded_check_is_ready(client):
    """It still works."""
    health.register("cache", lambda: Reading(status="degraded", message="slow"))

    assert client.get("/readyz").status_code == 200


def test_whole_report_for_those_who_are_trusted(client):
    """The shape of the contract."""
    health.register("search", lambda: {"documents": 7})

    response = told(client)

    body = response.json()
    assert response.status_code == 200
    assert body.keys() == {"timestamp", "overall_status", "checks"}
    assert body["overall_status"] == "healthy"
    age = datetime.now(UTC) - datetime.fromisoformat(body["timestamp"])
    assert abs(age.total_seconds()) < 60
    assert body["timestamp"].endswith("Z")
    assert body["checks"].keys() >= {
        *("database", "cache", "memory", "disk", "migrations", "search")
    }
    for check in body["checks"].values():
        assert check.keys() == {"status", "message", "details", "duration_ms"}
        assert check["duration_ms"] >= 0
    assert body["checks"]["search"]["details"] == {"documents": 7}
    assert body["checks"]["memory"]["message"].startswith("Memory OK: ")


@pytest.mark.parametrize(
    ("status", "code"), [("healthy", 200), ("degraded", 200), ("unhealthy", 503)]
)
def test_status_follows_the_worst_check(client, status, code):
    """Degraded stays 200: it still works."""
    health.register("own", lambda: Reading(status=status))

    response = client.get("/health/")

    assert (response.status_code, response.json()["overall_status"]) == (code, status)


def test_stranger_sees_the_overall_status_alone(client):
    """No name, no text, no host, no secret."""
    health.register("search", broken)

    response = client.get("/health/")

    assert response.status_code == 503
    assert response.json().keys() == {"timestamp", "overall_status"}
    assert b"search" not in response.content
    assert b"db.internal" not in response.content


def test_no_answer_has_a_secret(client):
    """Not even for those who are trusted."""
    health.register("search", broken)
    health.register("found", lambda: {"at": DSN, "password": "hunter2"})

    response = told(client)

    assert response.json()["checks"]["search"]["message"].startswith("OSError: cannot reach")
    assert b"hunter2" not in response.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("person", "sees"),
    [
        pytest.param({"is_staff": True}, True, id="staff"),
        pytest.param({"is_staff": True, "is_active": False}, False, id="former-staff"),
        pytest.param({}, False, id="user"),
    ],
)
def test_staff_sees_the_details(client, person, sees):
    """Known from the session, which no middleware has read yet."""
    client.force_login(get_user_model().objects.create(username="ada", **person))

    assert ("checks" in client.get("/health/").json()) is sees


def test_staff_of_a_test_case_sees_them_too(django_user_model):
    """Its rows are to be seen in its own transaction alone."""
    client = Client()
    client.force_login(django_user_model.objects.create(username="ada", is_staff=True))

    assert "checks" in client.get("/health/").json()


@pytest.mark.django_db(transaction=True)
def test_aged_session_is_left_alone(client, settings):
    """A session of an older key is renewed by the next request of the service, which sets the cookie."""
    client.force_login(get_user_model().objects.create(username="ada", is_staff=True))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    assert "checks" in client.get("/health/").json()
    assert "checks" in client.get("/health/").json()


@pytest.mark.parametrize("key", ["x", "x" * 32, "x" * 10_000, "\x00", "a;b", "' OR 1=1 --"])
def test_invented_session_is_nobody(client, key):
    """And breaks nothing."""
    client.cookies["sessionid"] = key

    response = client.get("/health/")

    assert response.status_code == 200
    assert "checks" not in response.json()


@pytest.mark.usefixtures("hurried")
def test_session_that_hangs_costs_the_limit(client, monkeypatch):
    """Together with the checks; while it hangs, it costs nothing more, and no thread for each cookie."""
    goes_on = threading.Event()
    monkeypatch.setattr(staff, "is_in_transaction", lambda: False)
    monkeypatch.setattr(staff, "_is_staff", lambda key: goes_on.wait(30))
    since = time.monotonic()
    try:
        for number in range(30):
            client.cookies["sessionid"] = f"{number % 10}" * 32
            assert "checks" not in client.get("/health/").json()
        waited = time.monotonic() - since
        assert len(staff._lookups) == 4
    finally:
        goes_on.set()

    assert waited < 4 * LIMIT * SLACK


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/health/"])
def test_head_has_the_headers_alone(client, path):
    """As load balancers ask."""
    response = client.head(path)

    assert (response.status_code, response.content) == (200, b"")
    assert int(response["Content-Length"]) > 10


@pytest.mark.parametrize("path", ["/healthz", "/readyz/", "/health/", "/metrics/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(client, path, method, dependency_calls):
    """405, and nothing is asked."""
    response = client.generic(method, path)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response["X-Error-ID"].startswith("error_")
    assert dependency_calls == []


@pytest.fixture
def dependency_calls():
    """Calls of the check of the cache."""
    calls = []
    health.register("cache", lambda: calls.append(1))
    return calls


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/health/"])
def test_answer_is_kept_by_nobody_and_has_an_id(client, path):
    """The one that it brought."""
    response = client.get(path, headers={"x-correlation-id": "probe-7"})

    assert response["Cache-Control"] == "no-store"
    assert response["X-Correlation-ID"] == "probe-7"
    assert response["Access-Control-Expose-Headers"] == "X-Correlation-ID, X-Error-ID"
    assert "X-Error-ID" not in response


def test_probe_that_is_well_leaves_no_line(client, log):
    """A log of probes hides what matters; nor is a missing name an attempt."""
    client.get("/healthz"), client.get("/readyz"), client.get("/health/")

    assert log.access == []
    assert log.security == []


def test_probe_that_fails_leaves_a_line_and_one_report(client, log, reports):
    """Each answer names the report that was told when it began."""
    health.register("database", broken)

    answers = [client.get("/readyz"), client.get("/readyz"), client.get("/health/")]

    assert [(line["level"], line["status_code"]) for line in log.access] == [("ERROR", 503)] * 3
    assert len(reports) == 1
    assert {answer["X-Error-ID"] for answer in answers} == {reports[0].error_id}
    assert {line["error_id"] for line in log.access} == {reports[0].error_id}
    assert b"hunter2" not in json.dumps([log.access, log.errors]).encode()


def test_failing_probe_mails_nobody(client, mailoutbox, settings):
    """Django's own line about a 503 would, at every probe."""
    settings.ADMINS = ["ops@example.com"] if settings.ADMINS == [] else settings.ADMINS
    health.register("cache", broken)

    client.get("/readyz")

    assert mailoutbox == []


@pytest.mark.parametrize("name", ["live", "ready", "health"])
def test_probe_that_breaks_is_503(client, name, monkeypatch, caplog):
    """Neither 500 nor the page of a catch-all, which would be 200."""

    def break_down(request):
        raise ValueError("a bug in Fireline")

    async def break_down_async(request):
        raise ValueError("a bug in Fireline")

    monkeypatch.setitem(ANSWERS, name, break_down)
    if name in ANSWERS_ASYNC:
        monkeypatch.setitem(ANSWERS_ASYNC, name, break_down_async)
    path = {"live": "/healthz", "ready": "/readyz", "health": "/health/"}[name]

    assert client.get(path).status_code == 503
    assert "a bug in Fireline" in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"accept": "\x00,;=;q=\x0b" * 1000}, id="accept"),
        pytest.param({"accept": "application/problem+json"}, id="problem"),
        pytest.param({"host": "evil.example"}, id="host"),
        pytest.param({"host": "\x00"}, id="no-host"),
        pytest.param({"cookie": "\xff=\x00; sessionid=; a"}, id="cookie"),
        pytest.param({"authorization": "Bearer \xff" * 1000}, id="token"),
        pytest.param({"x-forwarded-for": "\x00," * 1000}, id="address"),
        pytest.param({"content-length": "-1"}, id="length"),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/health/"])
def test_hostile_headers_change_nothing(client, headers, path):
    """Whatever they say."""
    assert client.get(path, headers=headers).status_code == 200


def test_redirects_hosts_and_sessions_are_passed_by(client, settings, django_assert_num_queries):
    """Liveness asks no database, reads no session and needs no host."""
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, []
    settings.SESSION_SAVE_EVERY_REQUEST = True
    client.cookies["sessionid"] = "x" * 32

    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.usefixtures("hurried")
def test_hanging_check_costs_the_probe_its_limit(client):
    """Then nothing, until it goes on."""
    goes_on = threading.Event()
    health.register("cache", lambda: goes_on.wait(30) and None)
    since = time.monotonic()
    try:
        statuses = {client.get("/readyz").status_code for _ in range(20)}
        waited = time.monotonic() - since
    finally:
        goes_on.set()

    assert statuses == {503}
    assert LIMIT * 0.9 <= waited < LIMIT * 10  # twenty that each wait would take twenty limits


def test_scrape_asks_the_checks(client, announced):
    """Their figures are of now, too, where nobody probes; a stranger starts nothing."""
    client.get("/metrics/")
    told(client, "/metrics/")
    until = time.monotonic() + 10
    while ("disk", "healthy") not in announced and time.monotonic() < until:
        time.sleep(0.01)
        told(client, "/metrics/")

    assert ("database", "healthy") in announced


@pytest.fixture
def announced():
    """Name and status of each finding."""
    from fireline.signals import health_checked

    heard = []

    def hear(name, status, **_):
        heard.append((name, status))

    health_checked.connect(hear)
    yield heard
    health_checked.disconnect(hear)
