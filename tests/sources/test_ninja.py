"""django-ninja: as it was without RESPONSE_FORMAT, and in the service's shape with it."""

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.test import AsyncClient
from ninja import NinjaAPI
from ninja.operation import PathView
from ninja.testing import TestAsyncClient, TestClient

from fireline.sources import ninja
from tests.sources.ninja_urls import api

pytestmark = pytest.mark.urls("tests.sources.ninja_urls")

OURS = {"X-Error-ID", "X-Correlation-ID", "Access-Control-Expose-Headers"}
JSON = {"content_type": "application/json"}
WRONG = '{"name": 7, "address": {"lines": [1, "x"]}}'
ASKED = [
    pytest.param("get", "/api/works", {}, id="success"),
    pytest.param("post", "/api/customers", {"data": WRONG, **JSON}, id="validation"),
    pytest.param("post", "/api/customers", {"data": "{", **JSON}, id="invalid-json"),
    pytest.param("post", "/api/customers", {"data": "", **JSON}, id="no-body"),
    pytest.param("get", "/api/search?page=x&size=y", {}, id="query"),
    pytest.param("get", "/api/http/418", {}, id="http-418"),
    pytest.param("get", "/api/http/503", {}, id="http-503"),
    pytest.param("get", "/api/missing", {}, id="http-404"),
    pytest.param("get", "/api/nowhere", {}, id="no-route"),
    pytest.param("get", "/api/token", {}, id="no-token"),
    pytest.param("get", "/api/token", {"headers": {"authorization": "Bearer wrong"}}, id="token"),
    pytest.param("get", "/api/forbidden", {}, id="forbidden"),
    pytest.param("get", "/api/throttled", {}, id="throttled"),
    pytest.param("get", "/api/out-of-stock", {}, id="own-handler"),
    pytest.param("get", "/api/fallback", {}, id="own-fallback"),
    pytest.param("get", "/api/wrong-answer", {}, id="wrong-answer"),
    pytest.param("get", "/api/fails/business", {}, id="business"),
    pytest.param("get", "/api/fails/validation", {}, id="django-validation"),
    pytest.param("get", "/api/fails/database-bug", {}, id="bug"),
    pytest.param("get", "/api/async/bug", {}, id="async-bug"),
    pytest.param("get", "/api/async/http", {}, id="async-http"),
    pytest.param("delete", "/api/works", {}, id="method"),
]


def answered(client, method, path, options):
    """All that a client sees of the answer, but for the ids."""
    cache.clear()
    if "throttled" in path:
        client.get(path)
    response = getattr(client, method)(path, **options)
    headers = {name: value for name, value in response.items() if name not in OURS}
    return response.status_code, headers, response.content


@pytest.mark.parametrize("is_debug", [False, True], ids=["production", "debug"])
@pytest.mark.parametrize(("method", "path", "options"), ASKED)
def test_without_a_shape_nothing_changes(
    client, settings, monkeypatch, method, path, options, is_debug
):
    """Byte for byte what ninja answers where the wraps are not installed."""
    settings.DEBUG = is_debug
    ours = answered(client, method, path, options)
    monkeypatch.setattr(NinjaAPI, "on_exception", ninja._own_on_exception)
    monkeypatch.setattr(PathView, "_not_allowed", ninja._own_not_allowed)
    monkeypatch.setattr(
        NinjaAPI, "validation_error_from_error_contexts", ninja._own_validation_error
    )

    theirs = answered(client, method, path, options)

    if is_debug and theirs[0] in {404, 500}:  # with frames, addresses and times in them
        ours, theirs = ours[:1], theirs[:1]
    assert ours == theirs


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        pytest.param(*asked.values, *expected, id=asked.id)
        for asked, expected in zip(
            ASKED,
            [
                (200, None),
                (422, "VALIDATION_ERROR"),
                (400, "PARSE_ERROR"),
                (422, "VALIDATION_ERROR"),
                (422, "VALIDATION_ERROR"),
                (418, "BAD_REQUEST"),
                (503, "SERVICE_UNAVAILABLE"),
                (404, "NOT_FOUND"),
                (404, "NOT_FOUND"),
                (401, "UNAUTHENTICATED"),
                (401, "UNAUTHENTICATED"),
                (403, "PERMISSION_DENIED"),
                (429, "RATE_LIMITED"),
                (409, "INTEGRITY_ERROR"),
                (200, None),
                (500, "INTERNAL_ERROR"),
                (422, "BUSINESS_RULE_VIOLATED"),
                (400, "VALIDATION_ERROR"),
                (500, "INTERNAL_ERROR"),
                (500, "INTERNAL_ERROR"),
                (418, "BAD_REQUEST"),
                (405, "METHOD_NOT_ALLOWED"),
            ],
            strict=True,
        )
    ],
)
@pytest.mark.parametrize("shape", ["flat", "problem"])
def test_every_failure_has_the_shape(
    client, shaped, reports, shape, method, path, options, status, code
):
    """Status, code and ids, told once."""
    shaped(shape)
    cache.clear()
    if "throttled" in path:
        client.get(path)

    response = getattr(client, method)(path, **options)

    assert response.status_code == status
    if code is None:
        assert reports == []
        return
    body = response.json()
    assert body["code"] == code
    assert ("title" in body) == (shape == "problem")
    assert [(report.code, report.status) for report in reports] == [(code, status)]
    assert response["X-Error-ID"] == reports[0].error_id


@pytest.mark.parametrize(
    ("path", "data", "details"),
    [
        pytest.param(
            "/api/customers",
            WRONG,
            {
                "name": ["Input should be a valid string"],
                "address": {
                    "city": ["Field required"],
                    "lines": {
                        "1": [
                            "Input should be a valid integer, unable to parse string as an integer"
                        ]
                    },
                },
            },
            id="body",
        ),
        pytest.param("/api/customers", "", {"non_field_errors": ["Field required"]}, id="none"),
        pytest.param(
            "/api/moves",
            '{"before": {"city": 1}}',
            {
                "before": {"city": ["Input should be a valid string"]},
                "after": ["Field required"],
            },
            id="two-bodies",
        ),
    ],
)
def test_fields_are_named_as_the_client_sent_them(client, shaped, path, data, details):
    """A tree as of every validation; ninja's name of the only parameter is not in it."""
    shaped("flat")

    response = client.post(path, data, content_type="application/json")

    assert response.json()["details"] == details


def test_codes_of_fields(client, shaped):
    """What pydantic calls the type is the code of an error, and the pointer is exact."""
    shaped("problem")

    errors = client.post("/api/customers", WRONG, **JSON).json()["errors"]

    assert [(error["code"], error["pointer"]) for error in errors] == [
        ("string_type", "/name"),
        ("missing", "/address/city"),
        ("int_parsing", "/address/lines/1"),
    ]


def test_message_of_the_service_is_for_the_client_where_it_may_be(client, shaped):
    """What is wrong with the request is said; what is wrong with us is not."""
    shaped("flat")

    assert client.get("/api/http/404").json()["error"] == "as the service words it"
    assert client.get("/api/http/503").json()["error"] == "The service is temporarily unavailable"


def test_headers_of_an_own_handler_stay(client, shaped):
    """Its status decides, and its headers are kept."""
    shaped("flat")

    response = client.get("/api/out-of-stock")

    assert (response.status_code, response["X-Own"]) == (409, "kept")


def test_refusals_keep_their_headers(client, shaped):
    """When to try again, and what is allowed."""
    shaped("flat")
    cache.clear()
    client.get("/api/throttled")

    assert int(client.get("/api/throttled")["Retry-After"]) > 3000
    assert client.delete("/api/works")["Allow"] == "GET"


def test_without_a_shape_failures_are_told(client, reports):
    """Described and counted, with the ids in the headers."""
    response = client.post("/api/customers", WRONG, **JSON)

    assert [(report.code, report.error_id) for report in reports] == [
        ("VALIDATION_ERROR", response["X-Error-ID"])
    ]


def test_debug_answers_clients_in_the_shape(client, shaped, settings):
    """Not with ninja's traceback as text; it stands in the details."""
    settings.DEBUG = True
    shaped("flat")

    body = client.get("/api/async/bug", headers={"accept": "application/json"}).json()

    assert body["code"] == "INTERNAL_ERROR"
    assert "KeyError: 'bug'" in body["details"]["traceback"][-1]


def test_test_client_of_ninja(shaped):
    """It goes around Django and its middlewares: errors have the shape, and what is uncaught is raised."""
    shaped("flat")
    client = TestClient(api)

    assert client.get("/http/418").json()["error"] == "as the service words it"
    assert client.delete("/works").status_code == 405
    with pytest.raises(KeyError):
        async_to_sync(TestAsyncClient(api).get)("/async/bug")


def test_under_asgi(shaped, reports):
    """Sync and async operations alike."""
    shaped("flat")
    get = async_to_sync(AsyncClient(raise_request_exception=False).get)

    answers = [get(path) for path in ("/api/async/bug", "/api/http/418", "/api/token")]

    assert [answer.json()["code"] for answer in answers] == [report.code for report in reports]
    assert [answer.status_code for answer in answers] == [500, 418, 401]
