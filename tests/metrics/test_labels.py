"""Labels stay few, whatever clients invent."""

import asyncio

import pytest
from django.test import Client

from fireline.metrics import families
from fireline.metrics.render import TEXT, rendered
from fireline.sinks.security import EVENTS
from tests.metrics.reading import read
from tests.metrics.service import scrape

pytestmark = pytest.mark.urls("tests.metrics.urls")


def page():
    """All figures as they stand."""
    return rendered(TEXT).decode()


def part(name, of=None):
    """What the page says of this name; other tests have left many others to read."""
    lines = (of or page()).splitlines()
    return read("\n".join(line for line in lines if line.startswith(("#", name))))


@pytest.fixture
def since():
    """What has been counted since the test began."""
    before = page()

    def since(name, **labels):
        return part(name).total(name, **labels) - part(name, of=before).total(name, **labels)

    return since


def series():
    """How many series there are."""
    return sum(not line.startswith("#") for line in page().splitlines())


def test_request_is_counted_by_its_route(client, since):
    """Not by its path: a million customers are one series."""
    for number in range(50):
        client.get(f"/works/{number}/")

    assert (
        since("http_requests_total", endpoint="/works/<int:number>/", method="GET", status="200")
        == 50
    )
    assert since("http_request_duration_seconds_count", endpoint="/works/<int:number>/") == 50


def test_unknown_paths_share_one_label(client):
    """A scanner asks for as many as it likes."""
    client.get("/no-such-thing/")
    client.get(f"/{'x' * 1_000_000}")
    before = series()

    for number in range(300):
        client.get(f"/no-such-thing-{number}/{'x' * (number % 50)}")
    client.get(f"/{'x' * 1_000_000}")

    assert series() == before


def test_many_thousand_paths_make_no_series(rf):
    """The counting itself, without all of Django around it."""
    request = rf.get("/")
    request.resolver_match = None
    families.count_request(request, 404, 0.001, "an-id")
    before = series()

    for number in range(20_000):
        request.path = request.path_info = f"/{number}/"
        families.count_request(request, 404, 0.001, "an-id")

    assert series() == before


def test_unknown_methods_share_one_label(client, since):
    """A client may call its method whatever it likes."""
    for number in range(100):
        client.generic(f"INVENTED{number}", "/works/1/")

    assert since("http_requests_total", endpoint="/works/<int:number>/", method="other") == 100
    assert not any(
        "INVENTED" in method
        for method in part("http_requests_total").labels("http_requests_total", "method")
    )


def test_too_many_routes_share_one_label(rf, monkeypatch, since):
    """A service that makes its routes as it goes does not fill the memory of Prometheus."""
    monkeypatch.setattr(families, "_SERIES_AT_MOST", len(families._requests().series) + 3)
    request = rf.get("/")
    for number in range(20):
        request.resolver_match = type("Match", (), {"route": f"made/{number}/"})()
        families.count_request(request, 200, 0.001, "an-id")

    made = {
        name
        for name in part("http_requests_total").labels("http_requests_total", "endpoint")
        if "made" in name
    }
    assert len(made) == 3
    assert since("http_requests_total", endpoint="other") == 17


def test_failure_is_counted_by_code_and_route(client, since):
    """A 500, a 404 of a view and one of no view."""
    client = Client(raise_request_exception=False)
    for path in ("/breaks/", "/missing/7/", "/no-such/"):
        client.get(path)

    assert since("error_count_total", code="INTERNAL_ERROR", endpoint="/breaks/") == 1
    assert since("error_count_total", code="NOT_FOUND", endpoint="/missing/<int:number>/") == 1
    assert since("error_count_total", code="NOT_FOUND", endpoint="unmatched") == 1


def test_example_of_a_failure_bears_its_ids(client):
    """From the curve on the dashboard to the line in the log in one step."""
    response = Client(raise_request_exception=False).get("/breaks/")

    examples = read(scrape()).examples(
        "error_count_total", code="INTERNAL_ERROR", endpoint="/breaks/"
    )
    assert examples[0].labels == {
        "error_id": response.headers["X-Error-ID"],
        "correlation_id": response.headers["X-Correlation-ID"],
    }


def test_longest_id_fits_into_an_example(client):
    """OpenMetrics allows 128 characters for names and values together."""
    longest = "x" * 64
    Client(raise_request_exception=False).get("/missing/1/", headers={"X-Correlation-ID": longest})

    (example,) = read(scrape()).examples(
        "error_count_total", code="NOT_FOUND", endpoint="/missing/<int:number>/"
    )
    assert example.labels["correlation_id"] == longest


def test_attempts_are_counted_by_event(client, since):
    """All of them, also those that the log does not write any more."""
    for _ in range(150):
        client.get("/.env")

    assert since("security_events_total", event="suspicious_path") == 150


def test_every_event_is_there_from_the_start(client):
    """Prometheus sees no increase of a series that begins with a burst."""
    client.get("/works/1/")

    assert part("security").labels("security_events_total", "event") >= {
        *EVENTS.values(),
        "suspicious_path",
    }


def test_log_line_and_figure_have_one_clock(client, log, since):
    """The seconds of the figure are the milliseconds of the line."""
    client.get("/slow/")
    (line,) = log.access

    took = since("http_request_duration_seconds_sum", endpoint="/slow/")
    assert line["duration_ms"] == pytest.approx(took * 1000, abs=0.011)
    assert took >= 0.02


@pytest.mark.parametrize("middleware", ["MetricsMiddleware", "FirelineMiddleware"])
def test_middleware_counts_once(settings, since, middleware):
    """Alone, or as one of the duties of the recommended one; no session, no query, no user."""
    settings.MIDDLEWARE = [f"fireline.middleware.{middleware}"]

    Client().get("/works/1/")

    assert since("http_requests_total") == 1


def test_async_service_counts_too(async_client, since):
    """The same under ASGI."""
    asyncio.run(async_client.get("/works/3/"))

    assert since("http_requests_total", endpoint="/works/<int:number>/") == 1


@pytest.mark.django_db
def test_stream_is_counted_at_its_end(client, since):
    """With the time until its last byte."""
    response = client.get("/stream/")
    assert since("http_requests_total", endpoint="/stream/") == 0

    b"".join(response.streaming_content)
    response.close()

    assert since("http_requests_total", endpoint="/stream/") == 1
    assert since("http_request_duration_seconds_sum", endpoint="/stream/") >= 0.02
