"""Who may read the figures, and in which format."""

import asyncio
import gzip
import json

import pytest
from django.test import RequestFactory

from fireline.probes import metrics as probe
from fireline.testing import captured_reports
from tests.metrics.reading import read

TOKEN = "t0ken-of-the-scraper"
PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.fixture
def ask(settings):
    """Ask /metrics/ with these headers, where monitoring is set up so."""

    def ask(accept="*/*", address="127.0.0.1", headers=None, **fireline):
        settings.FIRELINE = {"MONITORING_TOKEN": TOKEN, **fireline}
        request = RequestFactory().get(
            "/metrics/", headers={"Accept": accept, **(headers or {})}, REMOTE_ADDR=address
        )
        return probe.answer(request)

    return ask


def bearer(token=TOKEN):
    """The header that Prometheus sends."""
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("headers", "networks", "status"),
    [
        pytest.param(bearer(), (), 200, id="token"),
        pytest.param({"Authorization": f"bearer  {TOKEN} "}, (), 200, id="token-spelled-otherwise"),
        pytest.param({}, ("10.1.0.0/16",), 200, id="network"),
        pytest.param({}, ("10.2.0.0/16", "10.1.2.3"), 200, id="address"),
        pytest.param({}, (), 403, id="nothing"),
        pytest.param(bearer("wrong"), (), 403, id="wrong-token"),
        pytest.param(bearer("gr\\u00fcn\\ud800"), (), 403, id="token-that-is-no-text"),
        pytest.param({"Authorization": f"Basic {TOKEN}"}, (), 403, id="another-scheme"),
        pytest.param({"Authorization": TOKEN}, (), 403, id="token-alone"),
        pytest.param({}, ("10.2.0.0/16",), 403, id="another-network"),
        pytest.param({"X-Forwarded-For": "10.1.2.3"}, ("10.1.9.0/24",), 403, id="forged-address"),
    ],
)
def test_figures_open_to_token_and_network(ask, headers, networks, status):
    """And to nobody else."""
    response = ask(address="10.1.2.3", headers=headers, MONITORING_NETWORKS=networks)

    assert response.status_code == status
    assert ("# HELP" in response.content.decode()) is (status == 200)


def test_figures_are_closed_where_nothing_is_set(settings, rf):
    """Also to this machine itself: behind a proxy everybody comes from there. The log says the way out."""
    settings.FIRELINE = {}

    with captured_reports() as reports:
        response = probe.answer(rf.get("/metrics/", REMOTE_ADDR="127.0.0.1"))

    assert response.status_code == 403
    assert json.loads(response.content)["code"] == "PERMISSION_DENIED"
    assert "MONITORING_TOKEN" not in response.content.decode()
    assert "MONITORING_TOKEN and MONITORING_NETWORKS; neither is set" in str(reports[0].exception)


def test_empty_token_opens_nothing(ask):
    """`Authorization: Bearer ` is no key."""
    assert ask(headers=bearer(""), MONITORING_TOKEN="").status_code == 403


@pytest.mark.parametrize(
    ("accept", "default", "expected"),
    [
        pytest.param(PROMETHEUS, "text", "application/openmetrics-text; version=1.0.0; charset=utf-8", id="prometheus"),
        pytest.param(PROMETHEUS, "json", "application/openmetrics-text; version=1.0.0; charset=utf-8", id="prometheus-json"),
        pytest.param("text/plain;version=0.0.4;q=0.9,*/*", "json", "text/plain; version=0.0.4; charset=utf-8", id="old-prometheus"),
        pytest.param("*/*", "text", "text/plain; version=0.0.4; charset=utf-8", id="curl"),
        pytest.param("*/*", "json", "application/json", id="curl-json"),
        pytest.param("", "text", "text/plain; version=0.0.4; charset=utf-8", id="nothing"),
        pytest.param("text/html,application/xhtml+xml,*/*;q=0.8", "text", "text/plain; version=0.0.4; charset=utf-8", id="browser"),
        pytest.param("application/json, text/plain, */*", "text", "application/json", id="axios"),
        pytest.param("application/json;q=0.1", "text", "application/json", id="json"),
        pytest.param("," * 100_000, "text", "text/plain; version=0.0.4; charset=utf-8", id="commas"),
        pytest.param("application/openmetrics-text;version=\\u00fc;q=x'", "text", "application/openmetrics-text; version=1.0.0; charset=utf-8", id="hostile-version"),
        pytest.param("text/html;a*=x''y", "text", "text/plain; version=0.0.4; charset=utf-8", id="hostile-parameter"),
    ],
)  # fmt: skip
def test_format_follows_accept(ask, accept, default, expected):
    """Text for scrapers, JSON for programs; what a hostile header says is never echoed."""
    response = ask(accept, headers=bearer(), METRICS_DEFAULT=default)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == expected
    assert response.headers["Cache-Control"] == "no-store"
    if expected == "application/json":
        assert "timestamp" in json.loads(response.content)
    else:
        assert read(response.content.decode()).families


def test_large_answer_is_compressed_for_who_asks(ask):
    """Prometheus does; ten thousand series are a megabyte of text."""
    plain = ask(headers=bearer())
    small = ask(headers={**bearer(), "Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content).splitlines()[0] == plain.content.splitlines()[0]
    assert int(small.headers["Content-Length"]) == len(small.content) < len(plain.content) / 2


def test_async_answer_is_the_same(settings, rf):
    """Under ASGI the files are read beside the event loop."""
    settings.FIRELINE = {"MONITORING_TOKEN": TOKEN}
    request = rf.get("/metrics/", headers=bearer())

    response = asyncio.run(probe.answer_async(request))

    assert response.status_code == 200
    assert "# HELP" in response.content.decode()
