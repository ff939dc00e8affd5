"""The probes as ordinary routes."""

import sys
from types import ModuleType

import pytest
from django.urls import include, path, reverse

from fireline import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def routes(settings):
    """A project that includes them below /ops/, and has no probes in the middleware."""
    module = ModuleType("tests.probes.included_urls")
    module.urlpatterns = [path("ops/", include("fireline.urls"))]
    sys.modules[module.__name__] = module
    settings.ROOT_URLCONF = module.__name__
    settings.FIRELINE = {
        "SERVICE": "crm",
        "PROBES": {},
        "MONITORING_NETWORKS": ["127.0.0.1"],
        "HEALTH_CACHE_SECONDS": 0,
    }
    yield
    del sys.modules[module.__name__]


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("live", "/ops/healthz", 200),
        ("ready", "/ops/readyz", 200),
        ("health", "/ops/health/", 200),
        ("metrics", "/ops/metrics/", 200),
    ],
)
def test_each_has_a_name(client, name, address, status):
    """And answers as ever."""
    assert reverse(f"fireline:{name}") == address
    assert client.get(address).status_code == status
    assert client.get("/healthz").status_code == 404


def test_they_are_ordinary_routes(client, log, settings):
    """Hosts are checked, a line is written, other methods are refused."""
    assert client.get("/ops/healthz", headers={"host": "evil.example"}).status_code == 400
    assert client.post("/ops/readyz").status_code == 405
    assert len(log.access) == 2


def test_login_is_not_required(client, settings):
    """Where a middleware asks everybody to log in."""
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]

    assert client.get("/ops/readyz").status_code == 200


def test_check_that_hangs_holds_no_transaction(client, settings, monkeypatch):
    """Also where every view is one."""
    from django.db import connection

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    health.register("cache", lambda: {"x": 1})

    assert client.get("/ops/health/").json()["checks"]["cache"]["details"] == {"x": 1}


def test_failing_probe_names_the_report(client, reports):
    """The one that was told when it began."""

    def broken():
        raise OSError("away")

    health.register("database", broken)

    answers = [client.get("/ops/readyz"), client.get("/ops/readyz")]

    assert {answer.status_code for answer in answers} == {503}
    assert {answer["X-Error-ID"] for answer in answers} == {report.error_id for report in reports}
    assert len(reports) == 1
