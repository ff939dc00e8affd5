"""Each shape as contract 2 fixes it, through the whole of Django."""

import json
import re
from dataclasses import replace

import pytest
from django.test import Client, override_settings

import fireline
from fireline.answers import SHAPES, json_response, shape_named
from fireline.errors import describe

ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"


@pytest.fixture
def ask(client, settings):
    """Ask a path in a shape, and get the response and its parsed body."""

    def ask(path, shape, **headers):
        settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}
        response = client.get(path, headers={"accept": "application/json", **headers})
        return response, response.json()

    return ask


def test_problem_is_rfc_9457(ask):
    """All members, the ids as extensions, its own media type."""
    response, body = ask("/fails/validation/", "problem")

    assert response.headers["Content-Type"] == "application/problem+json"
    assert re.fullmatch(ISO, body.pop("timestamp"))
    assert body == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Validation failed",
        "instance": f"urn:fireline:error:{response['X-Error-ID']}",
        "code": "VALIDATION_ERROR",
        "error_id": response["X-Error-ID"],
        "correlation_id": response["X-Correlation-ID"],
        "severity": "low",
        "errors": [
            {
                "code": "invalid",
                "detail": "Enter a valid email",
                "attr": "email",
                "pointer": "/email",
            }
        ],
    }


def test_problem_type_is_the_address_of_the_documentation(client):
    """With a base address, `type` is that plus the code, and the title is the kind's."""
    options = {"RESPONSE_FORMAT": "problem", "PROBLEM_TYPE_URL": "https://docs.example/errors#"}
    with override_settings(FIRELINE=options):
        body = client.get("/fails/not-found/", headers={"accept": "application/json"}).json()

    assert body["type"] == "https://docs.example/errors#NOT_FOUND"
    assert body["title"] == "Not found"


@pytest.mark.parametrize(
    ("path", "has_errors"),
    [("/fails/validation/", True), ("/fails/bad-request/", False), ("/empty/400/", False)],
)
def test_problem_lists_errors_only_where_entries_are_wrong(ask, path, has_errors):
    """A body that cannot be read has no fields: an empty list would say that they are all right."""
    _, body = ask(path, "problem")

    assert ("errors" in body) is has_errors


def test_title_of_a_problem_keeps_capitals(client):
    """CSRF is no word."""
    with override_settings(
        FIRELINE={"RESPONSE_FORMAT": "problem", "PROBLEM_TYPE_URL": "https://docs.example/#"}
    ):
        strict = Client(enforce_csrf_checks=True, headers={"accept": "application/json"})
        body = strict.post("/works/").json()

    assert (body["title"], body["type"]) == ("CSRF failed", "https://docs.example/#CSRF_FAILED")


def test_json_is_spelled_as_drf_spells_it(client, settings):
    """Compact, letters as they are: a log of answers compares."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "flat"}

    plain = client.get("/fails/not-found/", headers={"accept-language": "de"})
    umlaut = client.get("/fails/bad-request/", headers={"accept-language": "de"})

    assert plain.content == b'{"error":"Nicht gefunden","code":"NOT_FOUND"}'
    assert umlaut.content.decode() == '{"error":"Ungültige Anfrage","code":"BAD_REQUEST"}'


def test_letters_that_utf8_lacks_cost_no_answer(client, settings):
    """Half a surrogate pair in a message is a question mark."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "tests.answers.test_shapes.half_letter"}

    response = client.get("/broken/", headers={"accept": "application/json"})

    assert response.content == b'{"error":"?"}'


def half_letter(report):
    return {"error": "\ud800"}


def test_problem_of_a_broken_rule_has_its_details(ask):
    """What a service adds is a member of its own."""
    _, body = ask("/fails/business/", "problem")

    assert (body["detail"], body["details"]) == ("The order is paid already", {"order": 7})
    assert "errors" not in body


def test_flag(ask):
    """The CRM's shape: details are always there, the time in seconds."""
    response, body = ask("/fails/not-found/", "flag")

    assert isinstance(body.pop("timestamp"), float)
    assert body == {
        "error": True,
        "message": "Not found",
        "code": "NOT_FOUND",
        "details": {},
        "request_id": response["X-Correlation-ID"],
    }


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/fails/validation/", 400, "Validation failed"),
        ("/broken/", 500, "Internal server error"),
    ],
)
def test_flag_has_the_messages_of_the_crm(ask, path, status, message):
    """Front ends compare these texts."""
    response, body = ask(path, "flag")

    assert (response.status_code, body["message"]) == (status, message)


def test_flat(ask):
    """The tournament's shape: details only where there are any."""
    _, without = ask("/fails/not-found/", "flat")
    _, with_details = ask("/fails/business/", "flat")

    assert without == {"error": "Not found", "code": "NOT_FOUND"}
    assert with_details == {
        "error": "The order is paid already",
        "code": "BUSINESS_RULE_VIOLATED",
        "details": {"order": 7},
    }


def test_nested(ask):
    """The CMS's shape: everything inside `error`, one code spelled otherwise."""
    response, body = ask("/fails/not-found/", "nested")

    assert re.fullmatch(ISO, body["error"].pop("timestamp"))
    assert body == {
        "error": {
            "id": response["X-Error-ID"],
            "message": "Not found",
            "code": "RESOURCE_NOT_FOUND",
            "severity": "medium",
            "details": {},
        }
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/fails/validation/", {"email": ["Enter a valid email"]}, id="fields"),
        pytest.param("/fails/validation-text/", {"detail": "Too many customers"}, id="no-fields"),
        pytest.param("/fails/not-found/", {"detail": "Not found"}, id="not-found"),
        pytest.param("/broken/", {"detail": "Internal server error"}, id="bug"),
    ],
)
def test_drf(ask, path, body):
    """The medical assistant's shape: what DRF would say."""
    assert ask(path, "drf")[1] == body


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fails/validation/", 400, "VALIDATION_ERROR"),
        ("/fails/bad-request/", 400, "BAD_REQUEST"),
        ("/fails/suspicious/", 400, "BAD_REQUEST"),
        ("/fails/permission/", 403, "PERMISSION_DENIED"),
        ("/fails/not-found/", 404, "NOT_FOUND"),
        ("/no-such-route/", 404, "NOT_FOUND"),
        ("/fails/duplicate/", 409, "INTEGRITY_ERROR"),
        ("/fails/integrity/", 500, "INTERNAL_ERROR"),
        ("/fails/database-away/", 503, "SERVICE_UNAVAILABLE"),
        ("/fails/database-bug/", 500, "INTERNAL_ERROR"),
        ("/fails/business/", 422, "BUSINESS_RULE_VIOLATED"),
        ("/fails/external/", 503, "EXTERNAL_SERVICE_ERROR"),
        ("/fails/database/", 503, "SERVICE_UNAVAILABLE"),
        ("/fails/mute/", 500, "INTERNAL_ERROR"),
        ("/only-post/", 405, "METHOD_NOT_ALLOWED"),
        ("/broken/", 500, "INTERNAL_ERROR"),
    ],
)
def test_same_failure_is_the_same_in_every_shape(ask, log, shape, path, status, code):
    """A shape only spells: status, ids and the logged code are the same in all of them."""
    response, _ = ask(path, shape)

    assert response.status_code == status
    assert [line["code"] for line in log.errors] == [code]
    assert log.errors[0]["error_id"] == response["X-Error-ID"]
    assert log.errors[0]["correlation_id"] == response["X-Correlation-ID"]


def test_retry_after_is_told_in_seconds(ask):
    """A client that may try again hears when."""
    response, _ = ask("/fails/external/", "flag")

    assert response["Retry-After"] == "30"


def test_error_answers_are_not_kept(ask):
    """No cache serves one client's error to the next."""
    response, _ = ask("/broken/", "flag")

    assert response["Cache-Control"] == "no-store"
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize(
    ("shape", "names", "path", "code"),
    [
        pytest.param("flag", {}, "/status/429/", "THROTTLED", id="flag"),
        pytest.param("nested", {}, "/fails/not-found/", "RESOURCE_NOT_FOUND", id="nested"),
        pytest.param("flag", {"NOT_FOUND": "GONE"}, "/fails/not-found/", "GONE", id="own"),
        pytest.param("nested", {"NOT_FOUND": "GONE"}, "/fails/not-found/", "GONE", id="own-first"),
    ],
)
def test_codes_are_respelled(settings, client, shape, names, path, code):
    """CODE_NAMES comes before what a shape spells otherwise."""
    settings.FIRELINE = {"RESPONSE_FORMAT": shape, "CODE_NAMES": names}

    response = client.get(path.replace("status", "empty"), headers={"accept": "application/json"})

    body = response.json()
    assert code in {body.get("code"), body.get("error", {}).get("code") if shape == "nested" else 0}


def own_shape(report):
    return {"oops": report.code}


def broken_shape(report):
    raise RuntimeError


def test_project_brings_a_shape(ask):
    """A dotted path to a function is a shape, too."""
    assert ask("/broken/", "tests.answers.test_shapes.own_shape")[1] == {"oops": "INTERNAL_ERROR"}


def test_shape_that_fails_is_answered_as_a_problem(ask):
    """A project's own shape may be broken: the client is answered all the same."""
    response, body = ask("/broken/", "tests.answers.test_shapes.broken_shape")

    assert response.status_code == 500
    assert body["code"] == "INTERNAL_ERROR"


def unspeakable(report):
    """A shape of a project that fails, of a report whose details no shape can spell."""
    raise ValueError


class Unspeakable(str):
    __slots__ = ()

    def __str__(self):
        raise RuntimeError("no words")


def test_details_that_no_shape_can_spell_cost_the_details_alone():
    """The last answer is a problem without them, under the same code and status."""
    report = replace(
        describe(fireline.BusinessRuleViolation("Paid already")),
        details={Unspeakable("a"): 1},
    )

    response = json_response(report, shape_named(f"{__name__}.unspeakable"))

    body = json.loads(response.content)
    assert (response.status_code, body["code"]) == (422, "BUSINESS_RULE_VIOLATED")
    assert "details" not in body


def test_unknown_shape_is_refused_with_the_way_out():
    """The message names what there is."""
    with pytest.raises(ImportError, match="Take one of problem, flag, flat, nested, drf, or give"):
        shape_named("flagg")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("shop.nope.acme", "(No module named 'shop')", id="module"),
        pytest.param("tests.answers.test_shapes.nope", 'does not define a "nope"', id="name"),
        pytest.param("tests.answers.test_shapes.ISO", "(a str is none)", id="no-function"),
    ],
)
def test_path_that_leads_to_no_shape_is_refused_with_the_way_out(name, reason):
    """What is wrong, and what there is."""
    with pytest.raises(ImportError, match=re.escape(reason)) as caught:
        shape_named(name)

    assert "Take one of problem, flag, flat, nested, drf, or give the dotted path" in str(
        caught.value
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_text_of_a_bug_never_leaves(settings, client, shape):
    """Not its message, not its file names, not in any shape."""
    settings.FIRELINE = {"RESPONSE_FORMAT": shape}

    body = client.get("/broken/", headers={"accept": "application/json"}).content

    assert b"hunter2" not in body
    assert b"secret" not in body
    assert b".py" not in body


def test_debug_shows_the_traceback_to_api_clients(settings, ask):
    """With DEBUG developers get the lines, their secrets still taken out."""
    settings.DEBUG = True

    _, body = ask("/broken/", "flag")

    assert "ValueError: the secret is password=[redacted]" in body["details"]["traceback"]


@pytest.mark.parametrize("shape", SHAPES)
def test_schema_describes_the_body(ask, shape):
    """What OpenAPI is told is true."""
    import jsonschema

    for path in ("/fails/validation/", "/fails/business/", "/broken/"):
        _, body = ask(path, shape)

        jsonschema.validate(body, SHAPES[shape].schema)
