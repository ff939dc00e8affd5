"""DRF with RESPONSE_FORMAT: every failure in that shape, and told once."""

import re
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.test import AsyncClient
from rest_framework.test import APIRequestFactory

from fireline import register
from tests.sources import drf_urls

pytestmark = pytest.mark.urls("tests.sources.drf_urls")

JSON = "application/json"
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("how", "status", "code", "message"),
    [
        pytest.param("validation", 400, "VALIDATION_ERROR", "Validation failed", id="validation"),
        pytest.param("parse", 400, "PARSE_ERROR", "Malformed request.", id="parse"),
        pytest.param(
            "unauthenticated", 403, "UNAUTHENTICATED", "Authentication failed", id="401-as-403"
        ),
        pytest.param(
            "authentication", 403, "AUTHENTICATION_FAILED", "Authentication failed", id="login"
        ),
        pytest.param("permission", 403, "PERMISSION_DENIED", "Permission denied", id="permission"),
        pytest.param(
            "csrf", 403, "CSRF_FAILED", "The form has expired or came from another site", id="csrf"
        ),
        pytest.param("not-found", 404, "NOT_FOUND", "Not found.", id="not-found"),
        pytest.param("not-found-text", 404, "NOT_FOUND", "There is no page 7", id="not-found-text"),
        pytest.param("django-404", 404, "NOT_FOUND", "Not found", id="model-names-stay-inside"),
        pytest.param(
            "not-acceptable",
            406,
            "NOT_ACCEPTABLE",
            "Could not satisfy the request Accept header.",
            id="not-acceptable",
        ),
        pytest.param(
            "media-type",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            'Unsupported media type "text/odd" in request.',
            id="media-type",
        ),
        pytest.param(
            "throttled",
            429,
            "RATE_LIMITED",
            "Request was throttled. Expected available in 7 seconds.",
            id="throttled",
        ),
        pytest.param("conflict", 409, "INTEGRITY_ERROR", "Only two are left", id="own-409"),
        pytest.param("teapot", 418, "BAD_REQUEST", "I am a teapot", id="own-418"),
        pytest.param("teapot-unfinished", 400, "BAD_REQUEST", "Lazy", id="lazy-detail"),
        pytest.param("nothing-said", 400, "BAD_REQUEST", "Bad request", id="no-detail"),
        pytest.param(
            "maintenance",
            503,
            "SERVICE_UNAVAILABLE",
            "The service is temporarily unavailable",
            id="own-503-stays-generic",
        ),
        pytest.param(
            "broken", 500, "INTERNAL_ERROR", "Internal server error", id="own-500-stays-generic"
        ),
        pytest.param(
            "secret", 409, "INTEGRITY_ERROR", "Bearer [redacted]", id="secrets-are-taken-out"
        ),
        pytest.param(
            "django-validation", 400, "VALIDATION_ERROR", "Validation failed", id="django"
        ),
        pytest.param(
            "django-permission", 403, "PERMISSION_DENIED", "Permission denied", id="denied"
        ),
        pytest.param("too-big", 413, "PAYLOAD_TOO_LARGE", "The request is too large", id="too-big"),
        pytest.param(
            "duplicate",
            409,
            "INTEGRITY_ERROR",
            "This conflicts with what exists already",
            id="duplicate",
        ),
        pytest.param("integrity", 500, "INTERNAL_ERROR", "Internal server error", id="integrity"),
        pytest.param(
            "database-away",
            503,
            "SERVICE_UNAVAILABLE",
            "The service is temporarily unavailable",
            id="database-away",
        ),
        pytest.param("database-bug", 500, "INTERNAL_ERROR", "Internal server error", id="no-table"),
        pytest.param("business", 422, "BUSINESS_RULE_VIOLATED", "Paid already", id="business"),
        pytest.param(
            "external",
            503,
            "EXTERNAL_SERVICE_ERROR",
            "A service we depend on is not available",
            id="external",
        ),
        pytest.param("bug", 500, "INTERNAL_ERROR", "Internal server error", id="bug"),
    ],
)
def test_meaning(api, shaped, reports, how, status, code, message):
    """Status, code and message of each failure; one report, whose ids the answer carries."""
    shaped("flat")

    response = api.get(f"/fails/{how}/")

    body = response.json()
    assert (response.status_code, body["code"], body["error"]) == (status, code, message)
    assert [(report.code, report.status) for report in reports] == [(code, status)]
    assert response["X-Error-ID"] == reports[0].error_id
    assert response["X-Correlation-ID"] == reports[0].correlation_id
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("shape", ["problem", "flag", "flat", "nested", "drf"])
@pytest.mark.parametrize("how", drf_urls.RAISED)
def test_no_answer_tells_a_secret(api, shaped, shape, how):
    """Neither passwords nor hosts nor models, in any shape; but `drf` says what DRF would say."""
    shaped(shape)

    body = api.get(f"/fails/{how}/").content.decode()

    assert "hunter2" not in body
    assert "eyJhbGciOiJIUzI1NiJ9" not in body
    if shape != "drf":
        assert not re.search(r"Customer|postgres|host db-7|10\.0\.0\.7|User bob|sda1", body)


@pytest.mark.parametrize(
    ("how", "details"),
    [
        pytest.param("validation", {"name": ["Too short"]}, id="fields"),
        pytest.param("validation-text", {"non_field_errors": ["Not like this"]}, id="text"),
        pytest.param("conflict-dict", {"left": "2", "sku": "a-7"}, id="own-dict"),
        pytest.param("conflict-list", {"non_field_errors": ["a-7", "b-9"]}, id="own-list"),
        pytest.param("business", {"order": 7}, id="business"),
        pytest.param("token", None, id="authentication-stays-generic"),
        pytest.param("broken-dict", None, id="failures-of-ours-stay-generic"),
        pytest.param(
            "secret-field",
            {"url": ["https://[redacted]@example.com/ is not allowed"]},
            id="secrets-are-taken-out",
        ),
        pytest.param("secret-key", {"api_key": "[redacted]", "sku": "a-7"}, id="secret-by-its-key"),
        pytest.param("business-list", {"non_field_errors": ["a", "b"]}, id="list-of-a-rule"),
    ],
)
def test_details(api, shaped, how, details):
    """The tree of fields, or what the project said; nothing where the answer is generic."""
    shaped("flat")

    assert api.get(f"/fails/{how}/").json().get("details") == details


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        pytest.param(
            lambda api: api.post("/works/", "{", content_type=JSON), 400, "PARSE_ERROR", id="json"
        ),
        pytest.param(
            lambda api: api.post("/works/", b"\xff", content_type=JSON),
            400,
            "PARSE_ERROR",
            id="utf-8",
        ),
        pytest.param(
            lambda api: api.post("/works/", b"x", content_type="multipart/form-data"),
            400,
            "PARSE_ERROR",
            id="multipart",
        ),
        pytest.param(
            lambda api: api.post("/works/", b"x", content_type="text/odd"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            id="media-type",
        ),
        pytest.param(
            lambda api: api.get("/works/", headers={"accept": "image/png"}),
            406,
            "NOT_ACCEPTABLE",
            id="accept",
        ),
        pytest.param(
            lambda api: api.post("/works/", b"[" * 100_000, content_type=JSON),
            400,
            "PARSE_ERROR",
            id="nested-too-deep",
        ),
        pytest.param(lambda api: api.get("/calls/itself/"), 500, "INTERNAL_ERROR", id="recursion"),
        pytest.param(lambda api: api.delete("/works/"), 405, "METHOD_NOT_ALLOWED", id="method"),
        pytest.param(
            lambda api: api.post("/body/", b"x" * 2_700_000, content_type=JSON),
            413,
            "PAYLOAD_TOO_LARGE",
            id="too-large",
        ),
        pytest.param(
            lambda api: api.get("/calls/nobody/"), 503, "EXTERNAL_SERVICE_ERROR", id="requests"
        ),
        pytest.param(
            lambda api: api.get("/calls/full-clean/"), 400, "VALIDATION_ERROR", id="full-clean"
        ),
        pytest.param(lambda api: api.get("/calls/empty-404/"), 404, "NOT_FOUND", id="empty-404"),
        pytest.param(lambda api: api.get("/session/"), 403, "UNAUTHENTICATED", id="session"),
        pytest.param(lambda api: api.get("/password/"), 401, "UNAUTHENTICATED", id="password"),
        pytest.param(
            lambda api: api.get("/password/", headers={"authorization": "Basic odd"}),
            401,
            "AUTHENTICATION_FAILED",
            id="wrong-password",
        ),
        pytest.param(lambda api: api.get("/async/"), 500, "INTERNAL_ERROR", id="async-view"),
        pytest.param(lambda api: api.get("/function/"), 404, "NOT_FOUND", id="function"),
        pytest.param(lambda api: api.get("/nowhere/"), 404, "NOT_FOUND", id="no-route"),
        pytest.param(
            lambda api: api.get("/own-handler/conflict/"), 409, "INTEGRITY_ERROR", id="own-handler"
        ),
        pytest.param(
            lambda api: api.get("/own-settings/bug/"), 500, "INTERNAL_ERROR", id="own-settings"
        ),
        pytest.param(lambda api: api.get("/rendered/conflict/?format=v2"), 409, "INTEGRITY_ERROR", id="renderer"),
    ],
)  # fmt: skip
def test_real_failures(api, shaped, reports, ask, status, code):
    """What clients and services really do wrong, by real requests."""
    shaped("flat")

    response = ask(api)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert [report.code for report in reports] == [code]


@pytest.mark.parametrize("shape", ["problem", "flag", "flat", "nested", "drf"])
def test_text_that_cannot_be_encoded(api, shaped, reports, shape):
    """Half a surrogate pair, quoted in the error, makes no failure of ours of the client's."""
    shaped(shape)
    sent = '{"name": "Ada", "address": {"street": "Weg", "country": "\\ud800"}}'

    response = api.post("/validates/sign-up/", sent, content_type=JSON)

    assert (response.status_code, len(reports)) == (400, 1)
    assert '\\"?\\" is not a valid choice.' in response.content.decode()


@pytest.mark.django_db
def test_csrf_failure_of_a_session(api, shaped, admin_user):
    """DRF says it with a permission denied; the code tells the two apart."""
    shaped("flat")
    api.force_login(admin_user)

    response = api.post("/session/")

    assert (response.status_code, response.json()["code"]) == (403, "CSRF_FAILED")


@pytest.mark.django_db
def test_duplicate_in_the_database(api, shaped):
    """A unique constraint that no serializer has checked."""
    shaped("flat")
    api.post("/unchecked/", {"name": "Ada"})

    response = api.post("/unchecked/", {"name": "Ada"})

    assert (response.status_code, response.json()["code"]) == (409, "INTEGRITY_ERROR")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/customers/4711/", "/calls/customer/"])
def test_missing_row_names_no_model(api, shaped, path):
    """Only the shape `drf` says what DRF says."""
    shaped("problem")
    assert api.get(path).json()["detail"] == "Not found"

    shaped("drf")
    assert api.get(path).json() == {"detail": "No Customer matches the given query."}


def test_challenge_is_kept(api, shaped):
    """Without WWW-Authenticate a 401 is not one (RFC 9110, 11.6.1)."""
    shaped("problem")

    assert api.get("/password/")["WWW-Authenticate"] == 'Basic realm="api"'


@pytest.mark.parametrize("shape", ["problem", "drf"])
def test_retry_after(api, shaped, reports, shape):
    """From a throttle that knows when, and from a service's own failure; else none."""
    shaped(shape)
    cache.clear()
    api.get("/throttled/")

    assert 3590 <= int(api.get("/throttled/")["Retry-After"]) <= 3600
    assert api.get("/fails/throttled/")["Retry-After"] == "7"
    assert reports[-1].retry_after == timedelta(seconds=7)
    assert api.get("/fails/external/")["Retry-After"] == "30"
    assert "Retry-After" not in api.get("/fails/throttled-for-ever/")


def test_allowed_methods_are_named(api, shaped):
    """A 405 says what it takes (RFC 9110, 15.5.6)."""
    shaped("problem")

    assert api.delete("/works/")["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize("shape", ["problem", "drf"])
@pytest.mark.parametrize(
    ("how", "count"),
    [
        pytest.param("bug", 1, id="bug"),
        pytest.param("broken", 1, id="drf-500"),
        pytest.param("maintenance", 1, id="drf-503"),
        pytest.param("external", 1, id="external"),
        pytest.param("conflict", 0, id="409"),
        pytest.param("business", 0, id="422"),
    ],
)
def test_signal_is_sent_once_for_a_5xx(api, shaped, signals, shape, how, count):
    """Other instruments live on `got_request_exception`, and read `sys.exc_info()`."""
    shaped(shape)

    api.get(f"/fails/{how}/")

    assert [type(exception) for exception in signals] == [type(drf_urls.made(how))] * count


def test_code_that_the_project_has_registered(api, shaped, catalogue):
    """DRF's `default_code` names a kind of the catalogue; the status stays DRF's."""
    register("OUT_OF_STOCK", status=422, severity="high")
    shaped("nested")

    response = api.get("/fails/conflict/")

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["severity"]) == (409, "OUT_OF_STOCK", "high")
    assert error["message"] == "Only two are left"


def test_shape_by_path(api, shaped):
    """One path may be answered in another shape, or left to DRF."""
    shaped("flat", RESPONSE_FORMAT_BY_PATH={"/fails/": "flag", "/function/": None})

    assert api.get("/fails/conflict/").json()["error"] is True
    assert api.get("/rendered/conflict/?format=v2").json()["error"] == "Only two are left"
    assert api.get("/function/").json() == {"detail": "No such function"}


def test_broken_shape_is_a_problem(api, shaped):
    """A project's own shape that fails costs no answer."""
    shaped("tests.sources.test_drf.broken_shape")

    response = api.get("/fails/conflict/")

    assert (response.status_code, response["Content-Type"]) == (409, PROBLEM)
    assert response.json()["code"] == "INTEGRITY_ERROR"


def broken_shape(report):
    raise ValueError


def test_handler_named_in_the_settings(shaped):
    """Named as EXCEPTION_HANDLER, or called by a project's own, it answers as the wrap does."""
    from fireline.sources.drf import exception_handler

    request = APIRequestFactory().get("/works/")
    context = {"request": drf_urls.Works().initialize_request(request), "view": drf_urls.Works()}
    shaped("flat")
    assert exception_handler(drf_urls.made("conflict"), context).data["code"] == "INTEGRITY_ERROR"

    shaped(None)
    assert exception_handler(drf_urls.made("bug"), context) is None
    assert exception_handler(drf_urls.made("conflict"), {}).status_code == 409


@pytest.mark.parametrize("how", ["conflict", "bug"])
def test_under_asgi(shaped, reports, signals, how):
    """A view that runs in a thread: same ids, one report, one signal."""
    shaped("problem")
    client = AsyncClient(raise_request_exception=False)

    ask = async_to_sync(client.get)
    response = ask(f"/fails/{how}/", headers={"x-correlation-id": "from-far"})

    assert response.json()["correlation_id"] == "from-far"
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert len(signals) == (how == "bug")
