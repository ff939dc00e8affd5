"""Each shape through real servers, for failures inside and outside of views."""

import pytest
from django.conf.global_settings import DATA_UPLOAD_MAX_MEMORY_SIZE

from fireline.answers import SHAPES
from tests.conftest import BROWSER

FAILURES = [
    pytest.param("GET", "/api/no-such-route/", {}, 404, "NOT_FOUND", id="no-route"),
    pytest.param("GET", "/api/works/", {"headers": {"host": "evil.example"}}, 400, "BAD_REQUEST", id="host"),
    pytest.param("POST", "/api/works/", {"data": {"a": "b"}}, 403, "CSRF_FAILED", id="csrf"),
    pytest.param("GET", "/api/broken/", {}, 500, "INTERNAL_ERROR", id="bug"),
    pytest.param("GET", "/api/fails/business/", {}, 422, "BUSINESS_RULE_VIOLATED", id="rule"),
    pytest.param("GET", "/api/fails/external/", {}, 503, "EXTERNAL_SERVICE_ERROR", id="external"),
    pytest.param("GET", "/api/bug/", {}, 500, "INTERNAL_ERROR", id="drf-bug"),
    pytest.param("GET", "/api/rule/", {}, 400, "VALIDATION_ERROR", id="drf-django-validation"),
    pytest.param("POST", "/api/orders/", {"content": b"{broken"}, 400, "PARSE_ERROR", id="drf-parse"),
    pytest.param("POST", "/api/orders/", {"content": b'"\xff\xfe"'}, 400, "PARSE_ERROR", id="drf-invalid-utf8"),
    pytest.param(
        "POST", "/api/orders/", {"json": {"email": "x", "lines": [{"amount": 1}, {"amount": 0}]}},
        400, "VALIDATION_ERROR", id="drf-validation",
    ),
    pytest.param("GET", "/api/private/", {}, 401, "UNAUTHENTICATED", id="drf-unauthenticated"),
    pytest.param("GET", "/api/busy/", {}, 429, "RATE_LIMITED", id="drf-throttled"),
    pytest.param("PUT", "/api/orders/", {}, 405, "METHOD_NOT_ALLOWED", id="drf-method"),
    pytest.param("GET", "/api/rule/", {"headers": {"accept": "image/png"}}, 406, "NOT_ACCEPTABLE", id="drf-accept"),
]  # fmt: skip

SPELLED = {("flag", "RATE_LIMITED"): "THROTTLED", ("nested", "NOT_FOUND"): "RESOURCE_NOT_FOUND"}


@pytest.fixture(params=SHAPES)
def shape(request):
    """Each shape."""
    return request.param


def assert_shape(shape, response, code):
    """The body is in the shape, with the ids that it has a place for."""
    body = response.json()
    error_id, correlation_id = response.headers["x-error-id"], response.headers["x-correlation-id"]
    spelled = SPELLED.get((shape, code), code)
    match shape:
        case "problem":
            assert response.headers["content-type"] == "application/problem+json"
            assert (body["code"], body["status"]) == (spelled, response.status_code)
            assert (body["error_id"], body["correlation_id"]) == (error_id, correlation_id)
        case "flag":
            assert list(body) == ["error", "message", "code", "details", "timestamp", "request_id"]
            assert (body["error"], body["code"], body["request_id"]) == (
                True,
                spelled,
                correlation_id,
            )
        case "flat":
            assert body.keys() <= {"error", "code", "details"}
            assert body["code"] == spelled
        case "nested":
            assert body["error"].keys() == {
                "id",
                "message",
                "code",
                "severity",
                "timestamp",
                "details",
            }
            assert (body["error"]["id"], body["error"]["code"]) == (error_id, spelled)
        case "drf":
            assert "code" not in body
            assert code == "VALIDATION_ERROR" or body.keys() == {"detail"}


@pytest.mark.parametrize(("method", "path", "options", "status", "code"), FAILURES)
def test_failure_is_answered_in_the_shape(server, shape, method, path, options, status, code):
    """One shape for all failures of a service, and the same ids in the answer and in the log."""
    headers = {"content-type": "application/json", "user-agent": "tests"} | options.get(
        "headers", {}
    )
    if "data" in options:
        del headers["content-type"]

    response = server.client.request(method, f"/{shape}{path}", **{**options, "headers": headers})

    assert response.status_code == status
    assert_shape(shape, response, code)
    line = server.line(error_id=response.headers["x-error-id"], logger="crm.errors")
    assert (line["code"], line["status"]) == (code, status)
    assert line["correlation_id"] == response.headers["x-correlation-id"]
    assert b"hunter2" not in response.content


def test_headers_of_drf_are_kept(server):
    """Who must sign in hears how, who is too fast hears when."""
    private, busy = server.client.get("/api/private/"), server.client.get("/api/busy/")

    assert private.headers["www-authenticate"] == 'Basic realm="api"'
    assert busy.headers["retry-after"] == "42"


def refused(server, shape, size):
    """Whether a body of this size is refused in the shape, and the server lives."""
    headers = {"content-type": "application/json"}

    response = server.client.post(f"/{shape}/api/orders/", content=b"x" * size, headers=headers)

    assert response.status_code == 413
    assert_shape(shape, response, "PAYLOAD_TOO_LARGE")
    return server.client.get("/works/").status_code == 200


def test_too_large_a_body_is_refused(server, shape):
    """A byte more than Django takes is answered in the shape."""
    assert refused(server, shape, DATA_UPLOAD_MAX_MEMORY_SIZE + 1)


def test_hundred_megabytes_are_refused(server):
    """And the server lives."""
    assert refused(server, "problem", 100_000_000)


def test_people_get_pages(server, shape):
    """Outside of the API a browser gets a page, whatever the shape."""
    response = server.client.get(f"/{shape}/no-such-route/", headers={"accept": BROWSER})

    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["x-error-id"] in response.text
