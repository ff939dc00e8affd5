"""DRF's failures in each shape, with exact bodies."""

import re
from datetime import UTC, datetime

import pytest

pytestmark = pytest.mark.urls("tests.sources.drf_urls")

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").fullmatch
SIGN_UP = {"name": "far too long", "address": {"street": "odd", "country": "AT"}}
DETAILS = {
    "name": ["Ensure this field has no more than 5 characters."],
    "address": {"non_field_errors": ["An odd street"]},
}
ERRORS = [
    {
        "code": "max_length",
        "detail": "Ensure this field has no more than 5 characters.",
        "attr": "name",
        "pointer": "/name",
    },
    {"code": "odd", "detail": "An odd street", "attr": "address", "pointer": "/address"},
]
ASKED = {
    "validation": lambda api: api.post("/validates/sign-up/", SIGN_UP, format="json"),
    "unauthenticated": lambda api: api.get("/password/"),
    "not-found": lambda api: api.get("/fails/django-404/"),
    "throttled": lambda api: api.get("/fails/throttled/"),
    "business": lambda api: api.get("/fails/business/"),
    "bug": lambda api: api.get("/fails/bug/"),
}
SHAPES = {
    "validation": {
        "problem": {"title": "Bad Request", "severity": "low", "errors": ERRORS},
        "details": DETAILS,
        "drf": DETAILS,
        "said": (400, "VALIDATION_ERROR", "Validation failed"),
    },
    "unauthenticated": {
        "problem": {"title": "Unauthorized", "severity": "medium"},
        "drf": {"detail": "Authentication credentials were not provided."},
        "said": (401, "UNAUTHENTICATED", "Authentication failed"),
    },
    "not-found": {
        "problem": {"title": "Not Found", "severity": "medium"},
        "nested-code": "RESOURCE_NOT_FOUND",
        "drf": {"detail": "No Customer matches the given query."},
        "said": (404, "NOT_FOUND", "Not found"),
    },
    "throttled": {
        "problem": {"title": "Too Many Requests", "severity": "medium"},
        "flag-code": "THROTTLED",
        "drf": {"detail": "Request was throttled. Expected available in 7 seconds."},
        "said": (
            429,
            "RATE_LIMITED",
            "Request was throttled. Expected available in 7 seconds.",
        ),
    },
    "business": {
        "problem": {"severity": "low", "details": {"order": 7}},
        "details": {"order": 7},
        "drf": {"detail": "Paid already"},
        "said": (422, "BUSINESS_RULE_VIOLATED", "Paid already"),
    },
    "bug": {
        "problem": {"title": "Internal Server Error", "severity": "high"},
        "drf": {"detail": "Internal server error"},
        "said": (500, "INTERNAL_ERROR", "Internal server error"),
    },
}


@pytest.fixture(params=ASKED)
def how(request):
    """A failure's name."""
    return request.param


@pytest.fixture
def ask(api, shaped, how):
    """Ask for this failure in a shape: the response, what is expected of it, and its body."""

    def ask(shape):
        shaped(shape)
        response = ASKED[how](api)
        expected = SHAPES[how]
        assert response.status_code == expected["said"][0]
        assert response["X-Error-ID"].startswith("error_")
        return response, expected, response.json()

    return ask


def test_problem(ask):
    """RFC 9457 with the extension members, and the errors of fields as one flat list."""
    response, expected, body = ask("problem")

    status, code, message = expected["said"]
    assert response["Content-Type"] == "application/problem+json"
    assert ISO(body.pop("timestamp"))
    assert body == {
        "type": "about:blank",
        "title": body["title"],  # the phrase of 422 is another one in each Python
        "status": status,
        "detail": message,
        "instance": f"urn:fireline:error:{response['X-Error-ID']}",
        "code": code,
        "error_id": response["X-Error-ID"],
        "correlation_id": response["X-Correlation-ID"],
        **expected["problem"],
    }


def test_flag(ask):
    """Always with details and the time in seconds."""
    response, expected, body = ask("flag")

    _, code, message = expected["said"]
    assert response["Content-Type"] == "application/json"
    assert abs(body.pop("timestamp") - datetime.now(UTC).timestamp()) < 10
    assert body == {
        "error": True,
        "message": message,
        "code": expected.get("flag-code", code),
        "details": expected.get("details", {}),
        "request_id": response["X-Correlation-ID"],
    }


def test_flat(ask):
    """Details only where there are any."""
    response, expected, body = ask("flat")

    _, code, message = expected["said"]
    assert response["Content-Type"] == "application/json"
    details = {"details": expected["details"]} if "details" in expected else {}
    assert body == {"error": message, "code": code, **details}


def test_nested(ask):
    """Everything under `error`."""
    response, expected, body = ask("nested")

    _, code, message = expected["said"]
    assert response["Content-Type"] == "application/json"
    assert ISO(body["error"].pop("timestamp"))
    assert body == {
        "error": {
            "id": response["X-Error-ID"],
            "message": message,
            "code": expected.get("nested-code", code),
            "severity": expected["problem"]["severity"],
            "details": expected.get("details", {}),
        }
    }


def test_drf(ask):
    """What DRF itself would answer."""
    response, expected, body = ask("drf")

    assert response["Content-Type"] == "application/json"
    assert body == expected["drf"]


@pytest.mark.parametrize(
    ("how_django", "body"),
    [
        pytest.param(
            "django-validation",
            {"name": ["Too short"], "non_field_errors": ["Odd pair"]},
            id="fields",
        ),
        pytest.param("django-validation-text", {"detail": "Not like this"}, id="text"),
        pytest.param("validation-list", ["one", "two"], id="a-list-stays-a-list"),
    ],
)
def test_drf_of_a_validation_error(api, shaped, how_django, body):
    """Django's becomes DRF's map, and a list of DRF's stays one."""
    shaped("drf")

    assert api.get(f"/fails/{how_django}/").json() == body


def test_drf_with_another_non_field_errors_key(api, shaped, settings):
    """The map is DRF's, so its names are the project's."""
    settings.REST_FRAMEWORK = {"NON_FIELD_ERRORS_KEY": "__all__"}
    shaped("drf")

    body = api.get("/fails/django-validation/").json()

    assert body == {"name": ["Too short"], "__all__": ["Odd pair"]}


@pytest.mark.parametrize("shape", ["problem", "flag", "flat", "nested", "drf"])
def test_client_that_names_problem_gets_it(api, shaped, shape):
    """Anywhere in Accept, whatever the service's shape."""
    shaped(shape)

    for accept in (
        "application/problem+json",
        "application/json, application/problem+json;q=0.1",
        "text/html, application/problem+json",
    ):
        response = api.get("/browsable/conflict/", headers={"accept": accept})

        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "INTEGRITY_ERROR"
        assert response.data == response.json()


def test_client_that_accepts_problems_alone_gets_its_successes(api, shaped):
    """Such an Accept header speaks of errors only; the answer is DRF's usual one."""
    shaped("flat")

    response = api.get("/works/", headers={"accept": "application/problem+json"})

    assert (response.status_code, response.json()) == (200, {"works": True})
    assert response["Content-Type"] == "application/json"


def test_message_in_the_client_s_language(api, shaped):
    """Ours and DRF's are translated alike."""
    shaped("problem")

    response = api.get("/fails/parse/", headers={"accept-language": "de"})

    assert response.json()["detail"] == "Fehlerhafte Anfrage."
