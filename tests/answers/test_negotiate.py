import tracemalloc

import pytest
from django.test import RequestFactory

from fireline.answers import shape_for
from tests.conftest import BROWSER

PROBLEM = "application/problem+json"
JSON = "application/json"


@pytest.fixture
def kind_of_answer(client, settings):
    """Whether a request is answered by a page, by JSON, or by a problem."""

    def kind(path, accept, **options):
        settings.FIRELINE = {"RESPONSE_FORMAT": "flag", **options}
        response = client.get(path, headers={} if accept is None else {"accept": accept})
        kinds = {"text/html; charset=utf-8": "page", JSON: "json", PROBLEM: "problem"}
        return kinds[response["Content-Type"]]

    return kind


@pytest.mark.parametrize("path", ["/broken/", "/no-such-route/"])
@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(BROWSER, "page", id="browser"),
        pytest.param("application/xhtml+xml", "page", id="xhtml"),
        pytest.param(JSON, "json", id="json"),
        pytest.param("application/json, text/html;q=0.9", "json", id="prefers-json"),
        pytest.param("text/html, application/json;q=0.5", "page", id="prefers-html"),
        pytest.param("application/vnd.api+json", "json", id="json-suffix"),
        pytest.param("*/*", "json", id="anything"),
        pytest.param(None, "json", id="nothing"),
        pytest.param("image/png", "json", id="image"),
        pytest.param("text/html;q=0", "json", id="refuses-html"),
        pytest.param(PROBLEM, "problem", id="problem"),
        pytest.param(f"text/x, {PROBLEM};q=0.1, application/json", "problem", id="problem-anywhere"),
        pytest.param(f"{PROBLEM}, text/html", "problem", id="problem-beside-html"),
        pytest.param(PROBLEM.upper(), "problem", id="problem-in-capitals"),
        pytest.param("text/html" + ", text/html" * 5000, "json", id="hostile-length"),
        pytest.param("////,;;;,q=,\\x00", "json", id="hostile-form"),
        pytest.param("text/html;a*=x''y", "json", id="hostile-encoding"),
    ],
)  # fmt: skip
def test_accept_decides(kind_of_answer, path, accept, expected):
    """People get pages, programs get JSON, whoever names problems gets problems."""
    assert kind_of_answer(path, accept) == expected


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        pytest.param("/api/broken/", BROWSER, "json", id="api-in-a-browser"),
        pytest.param("/api/no-such-route/", "*/*", "json", id="api-without-route"),
        pytest.param("/broken/", "*/*", "page", id="site-with-curl"),
        pytest.param("/broken/", None, "page", id="site-without-accept"),
        pytest.param("/broken/", JSON, "json", id="site-asked-for-json"),
    ],
)
def test_path_decides_first(kind_of_answer, path, accept, expected):
    """API_PATHS draw the line: JSON inside, pages for whoever takes anything outside."""
    assert kind_of_answer(path, accept, API_PATHS=["/api/"]) == expected


@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_service_without_pages_answers_json(kind_of_answer, accept):
    """HTML_PAGES: False is for services that serve programs only."""
    assert kind_of_answer("/broken/", accept, HTML_PAGES=False) == "json"


def test_problem_comes_whatever_the_paths_say(kind_of_answer):
    """Inside API_PATHS, too."""
    assert kind_of_answer("/api/broken/", PROBLEM, API_PATHS=["/api/"]) == "problem"


@pytest.mark.parametrize(
    ("path", "member"),
    [
        pytest.param("/broken/", "error", id="rest-of-the-service"),
        pytest.param("/api/broken/", "instance", id="prefix"),
        pytest.param("/api/fails/mute/", "detail", id="longest-prefix"),
    ],
)
def test_prefix_has_a_shape_of_its_own(client, settings, path, member):
    """A second version of an API may speak another shape."""
    settings.FIRELINE = {
        "RESPONSE_FORMAT": "flat",
        "RESPONSE_FORMAT_BY_PATH": {"/api/": "problem", "/api/fails/": "drf"},
    }

    body = client.get(path, headers={"accept": JSON}).json()

    assert next(iter(body)) in {member, "type"}
    assert member in body


def test_prefix_can_be_left_to_django(client, settings):
    """None leaves a part of the service as it was."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "flat", "RESPONSE_FORMAT_BY_PATH": {"/api/": None}}

    response = client.get("/api/broken/", headers={"accept": JSON})

    assert b"<h1>Server Error (500)</h1>" in response.content
    assert response["X-Error-ID"]


def test_problem_alone_does_not_refuse_successes(client, settings):
    """A client that accepts only problems accepts to hear of problems."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "flag"}

    response = client.get("/api/works/", headers={"accept": PROBLEM})

    assert (response.status_code, response.content) == (200, b"works")


def test_long_paths_are_not_kept(settings):
    """What clients ask for fills no memory."""
    settings.FIRELINE = {"RESPONSE_FORMAT_BY_PATH": {"/api/v2/": "problem"}}
    request = RequestFactory().get("/")
    shape_for(request)
    tracemalloc.start()

    for number in range(50):
        request.path_info = f"/{number}/{'a' * 60_000}"
        shape_for(request)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1_000_000
