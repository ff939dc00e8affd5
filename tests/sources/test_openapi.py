"""drf-spectacular: the document says what the service really answers."""

import json
from functools import cache
from pathlib import Path

import pytest
from django.core.cache import cache as django_cache
from django.test import override_settings
from drf_spectacular import validation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.settings import patched_settings
from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.validators import extend, validator_for
from referencing import Registry

from fireline.answers.schemas import for_openapi_3_0

pytestmark = pytest.mark.urls("tests.sources.openapi_urls")

ENUMS = "drf_spectacular.hooks.postprocess_schema_enums"
OURS = "fireline.sources.openapi.describe_errors"
SHAPES = ["problem", "flag", "flat", "nested", "drf"]
VERSIONS = ["3.0.3", "3.1.0"]


def document(api_version=None, hooks=(ENUMS, OURS), **settings):
    """The service's OpenAPI document."""
    with patched_settings({"POSTPROCESSING_HOOKS": list(hooks), **settings}):
        return SchemaGenerator(api_version=api_version).get_schema(public=True)


@pytest.fixture(scope="module")
def validators():
    """A validator for each version of OpenAPI; `nullable` is the one word that 3.0 adds."""

    def type_or_null(validator, types, instance, schema):
        if not (instance is None and schema.get("nullable")):
            yield from Draft4Validator.VALIDATORS["type"](validator, types, instance, schema)

    older = extend(Draft4Validator, {"type": type_or_null})
    return {"3.0.3": older, "3.1.0": Draft202012Validator}


@cache
def specification(version):
    """What drf-spectacular's own validation asks of a document, read once and not for each."""
    file = Path(validation.__file__).with_name(f"openapi_{version[0]}_{version[2]}_schema.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    name = schema.get("$id") or schema["id"]
    registry = Registry().with_contents([(name, schema)]).crawl()
    return validator_for(schema)({"$ref": name}, registry=registry)


def as_sent(described):
    """The document as a client gets it."""
    return json.loads(OpenApiJsonRenderer().render(described))


@pytest.fixture(scope="module")
def document_of():
    """The document of a service that speaks this shape, made once."""

    @cache
    def document_of(shape, version):
        with override_settings(FIRELINE={"SERVICE": "crm", "RESPONSE_FORMAT": shape}):
            return document(OAS_VERSION=version)

    return document_of


def resolved(described, reference):
    """The component that this points to."""
    for part in reference["$ref"].removeprefix("#/").split("/"):
        described = described[part]
    return described


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        pytest.param("plain", "get", {"500": ["INTERNAL_ERROR"]}, id="nothing-to-do-wrong"),
        pytest.param(
            "search",
            "get",
            {"400": ["VALIDATION_ERROR"], "500": ["INTERNAL_ERROR"]},
            id="query-parameters",
        ),
        pytest.param(
            "sign-up",
            "post",
            {
                "400": ["VALIDATION_ERROR", "PARSE_ERROR"],
                "415": ["UNSUPPORTED_MEDIA_TYPE"],
                "500": ["INTERNAL_ERROR"],
            },
            id="body",
        ),
        pytest.param(
            "customers/{id}",
            "get",
            {"404": ["NOT_FOUND"], "500": ["INTERNAL_ERROR"]},
            id="path-parameters",
        ),
        pytest.param(
            "password",
            "get",
            {
                "401": ["UNAUTHENTICATED", "AUTHENTICATION_FAILED"],
                "403": ["PERMISSION_DENIED"],
                "500": ["INTERNAL_ERROR"],
            },
            id="security",
        ),
        pytest.param(
            "session",
            "get",
            {"403": ["UNAUTHENTICATED", "PERMISSION_DENIED"], "500": ["INTERNAL_ERROR"]},
            id="session-has-no-401",
        ),
        pytest.param(
            "session",
            "post",
            {
                "403": ["UNAUTHENTICATED", "PERMISSION_DENIED", "CSRF_FAILED"],
                "500": ["INTERNAL_ERROR"],
            },
            id="session-wants-a-csrf-token",
        ),
        pytest.param(
            "open",
            "get",
            {"401": ["AUTHENTICATION_FAILED"], "500": ["INTERNAL_ERROR"]},
            id="everybody-may-but-not-with-a-wrong-password",
        ),
        pytest.param(
            "staff",
            "get",
            {"403": ["PERMISSION_DENIED"], "500": ["INTERNAL_ERROR"]},
            id="permission-without-security",
        ),
        pytest.param(
            "throttled",
            "get",
            {"429": ["RATE_LIMITED"], "500": ["INTERNAL_ERROR"]},
            id="throttle",
        ),
        pytest.param(
            "scope-throttled",
            "get",
            {"429": ["RATE_LIMITED"], "500": ["INTERNAL_ERROR"]},
            id="throttle-with-a-scope",
        ),
        pytest.param(
            "never-throttled", "get", {"500": ["INTERNAL_ERROR"]}, id="throttles-that-let-all-pass"
        ),
        pytest.param("broken", "get", {"500": ["INTERNAL_ERROR"]}, id="view-that-fails"),
    ],
)
def test_what_can_happen(shaped, path, method, expected):
    """Decided from what the operation takes and what its view asks for."""
    shaped("problem")

    responses = document()["paths"][f"/api/{path}/"][method]["responses"]

    assert expected == {
        status: list(response["content"]["application/problem+json"]["examples"])
        for status, response in responses.items()
        if status >= "4"
    }


@pytest.mark.parametrize(
    ("shape", "media_type", "component", "codes"),
    [
        pytest.param(
            "problem", "application/problem+json", "ProblemError", ["RATE_LIMITED"], id="problem"
        ),
        pytest.param("flag", "application/json", "FlagError", ["THROTTLED"], id="flag"),
        pytest.param("flat", "application/json", "FlatError", ["RATE_LIMITED"], id="flat"),
        pytest.param("nested", "application/json", "NestedError", ["RATE_LIMITED"], id="nested"),
        pytest.param("drf", "application/json", "DrfError", ["RATE_LIMITED"], id="drf"),
        pytest.param(
            "tests.sources.test_openapi.own_shape",
            "application/json",
            "OwnShapeError",
            ["RATE_LIMITED"],
            id="own",
        ),
        pytest.param(
            "tests.sources.test_openapi.broken_shape",
            "application/json",
            "BrokenShapeError",
            [],
            id="own-that-fails",
        ),
    ],
)
def test_answer_in_the_service_s_shape(shaped, shape, media_type, component, codes):
    """Media type, schema, headers, and examples with the codes that the shape spells."""
    shaped(shape)

    described = document()

    response = described["paths"]["/api/throttled/"]["get"]["responses"]["429"]
    content = response["content"][media_type]
    assert response["description"] == "Too Many Requests"
    assert list(response["headers"]) == ["X-Error-ID", "X-Correlation-ID", "Retry-After"]
    assert content["schema"] == {"$ref": f"#/components/schemas/{component}"}
    assert list(content["examples"]) == codes
    errors = [name for name in described["components"]["schemas"] if name.endswith("Error")]
    assert errors == [component]


def own_shape(report):
    return {"oops": report.code}


def broken_shape(report):
    raise ValueError


def test_nothing_changes_without_a_response_format(shaped):
    """The document is drf-spectacular's."""
    shaped(None)

    assert document() == document(hooks=[ENUMS])


def test_what_the_project_describes_stays(shaped):
    """Its own 404, its 500 without a body, its range and its default."""
    shaped(None)
    before = document()["paths"]["/api/own/{id}/"]
    shaped("flat")

    after = document()["paths"]["/api/own/{id}/"]

    assert after["get"] == before["get"]
    assert list(after["post"]["responses"]) == ["200", "4XX", "500"]
    assert after["post"]["responses"]["4XX"] == before["post"]["responses"]["4XX"]
    assert after["put"] == before["put"]


def test_component_of_the_project_of_the_same_name_stays(shaped):
    """Ours takes another name."""
    shaped("flat")
    theirs = {"schemas": {"FlatError": {"type": "string"}}}

    described = document(APPEND_COMPONENTS=theirs)

    schemas = described["components"]["schemas"]
    response = described["paths"]["/api/plain/"]["get"]["responses"]["500"]
    reference = response["content"]["application/json"]["schema"]
    assert schemas["FlatError"] == {"type": "string"}
    assert resolved(described, reference)["required"] == ["error", "code"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_document_is_valid(document_of, version, shape):
    """By the schema of OpenAPI itself."""
    specification(version).validate(as_sent(document_of(shape, version)))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("hooks", [(OURS, ENUMS), (OURS,)])
def test_document_is_valid_wherever_the_hook_stands(shaped, version, hooks):
    """Before the one that names the enumerations, and without it."""
    shaped("problem")

    described = document(OAS_VERSION=version, hooks=hooks)

    specification(version).validate(as_sent(described))


@pytest.mark.parametrize("hooks", [(ENUMS, OURS), (OURS, ENUMS)])
def test_document_is_the_same_in_every_run(shaped, hooks):
    """So that it can be kept under version control; hooks after ours write into the components."""
    shaped("problem")

    first, second = (document(OAS_VERSION="3.1.0", hooks=hooks) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_examples_are_of_their_schema(document_of, validators, version, shape):
    """Each example of the document, against the schema that stands beside it."""
    described = document_of(shape, version)

    name = f"{shape.capitalize()}Error"
    schema = {"components": described["components"], "$ref": f"#/components/schemas/{name}"}
    for example in described["components"]["examples"].values():
        validators[version](schema).validate(example["value"])


ASKED = {
    "400-json": lambda api: api.post("/api/sign-up/", "{", content_type="application/json"),
    "400-fields": lambda api: api.post("/api/sign-up/", {"tags": ["odd"]}, format="json"),
    "400-text": lambda api: api.post("/api/sign-up/", {"name": "Ada", "age": 99}, format="json"),
    "400-query": lambda api: api.get("/api/search/"),
    "401": lambda api: api.get("/api/password/"),
    "401-wrong": lambda api: api.get("/api/open/", headers={"authorization": "Basic odd"}),
    "403": lambda api: api.get("/api/staff/"),
    "403-session": lambda api: api.get("/api/session/"),
    "404": lambda api: api.get("/api/customers/7/"),
    "415": lambda api: api.post("/api/sign-up/", "x", content_type="text/odd"),
    "429": lambda api: (
        django_cache.clear(),
        api.get("/api/throttled/"),
        api.get("/api/throttled/"),
    )[-1],
    "500": lambda api: api.get("/api/plain/"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ask", ASKED)
def test_real_answer_is_as_described(api, shaped, document_of, validators, version, shape, ask):
    """Status, media type, headers and body of what the service really answers."""
    shaped(shape)
    described = document_of(shape, version)

    response = ASKED[ask](api)

    path = response.request["PATH_INFO"].replace("/7/", "/{id}/")
    operation = described["paths"][path][response.request["REQUEST_METHOD"].lower()]
    answer = operation["responses"][str(response.status_code)]
    content = answer["content"][response["Content-Type"]]
    schema = {"components": described["components"], **content["schema"]}
    assert answer["headers"].keys() <= response.headers.keys()
    validators[version](schema).validate(response.json())
    if shape in {"problem", "flag", "flat"}:
        assert response.json()["code"] in content["examples"]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({}, id="as-it-is"),
        pytest.param(
            {"SCHEMA_PATH_PREFIX": "/api", "SCHEMA_PATH_PREFIX_TRIM": True}, id="without-its-prefix"
        ),
        pytest.param({"SCHEMA_PATH_PREFIX_INSERT": "/gateway"}, id="behind-a-gateway"),
        pytest.param({"CAMELIZE_NAMES": True}, id="in-camel-case"),
    ],
)
def test_shape_by_path(shaped, others):
    """Decided by the path that requests come to, whatever path the document shows."""
    shaped(None, RESPONSE_FORMAT_BY_PATH={"/api/": "flat", "/api/v2/": "problem", "/api/own": None})

    paths = document(api_version="1.0", **others)["paths"]

    found = {
        path.partition("customers")[1] or path.rpartition("/v2/")[2] or path: [
            media_type
            for response in item["get"]["responses"].values()
            if response["description"] == "Internal Server Error"
            for media_type in response["content"]
        ]
        for path, item in paths.items()
        if "customers" in path or "things" in path or "own" in path or "schema" in path
    }
    assert found["customers"] == ["application/json"]
    assert found["1.0/things/"] == ["application/problem+json"]
    assert [types for path, types in found.items() if "own" in path] == [[]]
    assert [types for path, types in found.items() if "schema" in path] == [[]]


def test_served_document(client, shaped):
    """As a client gets it."""
    shaped("nested")
    accept = {"accept": "application/vnd.oai.openapi+json"}
    with patched_settings({"POSTPROCESSING_HOOKS": [OURS]}):
        response = client.get("/schema/", headers=accept)

    described = response.json()
    answer = described["paths"]["/api/customers/{id}/"]["get"]["responses"]["404"]
    examples = answer["content"]["application/json"]["examples"]
    value = resolved(described, examples["RESOURCE_NOT_FOUND"])["value"]
    assert value["error"]["code"] == "RESOURCE_NOT_FOUND"


def test_unknown_generator_costs_only_what_it_alone_knows(shaped):
    """A document without views: decided from the operation itself."""
    from fireline.sources.openapi import describe_errors

    shaped("flat")
    operation = {"security": [{"token": []}], "parameters": [{"in": "path", "name": "id"}]}
    result = {"openapi": "3.1.0", "paths": {"/api/{id}/": {"get": operation, "parameters": []}}}

    describe_errors(result=result, generator=None, request=None, public=True)

    assert list(operation["responses"]) == ["401", "403", "404", "500"]


@pytest.mark.parametrize(
    ("schema", "older"),
    [
        pytest.param(
            {"type": ["string", "null"]}, {"type": "string", "nullable": True}, id="nullable"
        ),
        pytest.param(
            {"type": ["string", "integer"]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            id="two-types",
        ),
        pytest.param({"const": True}, {"enum": [True]}, id="const"),
        pytest.param({"examples": ["a", "b"]}, {"example": "a"}, id="examples"),
        pytest.param(
            {"properties": {"type": {"const": 1}, "const": {"type": "string"}}},
            {"properties": {"type": {"enum": [1]}, "const": {"type": "string"}}},
            id="names-are-no-keywords",
        ),
        pytest.param(
            {"items": {"anyOf": [{"const": 1}]}}, {"items": {"anyOf": [{"enum": [1]}]}}, id="deep"
        ),
        pytest.param(
            {"enum": ["const"], "default": {"const": 1}},
            {"enum": ["const"], "default": {"const": 1}},
            id="values-are-no-schemas",
        ),
    ],
)
def test_schema_for_openapi_3_0(schema, older):
    """The older dialect of JSON Schema."""
    assert for_openapi_3_0(schema) == older


def test_page_shows_the_real_document(shaped):
    """The 404 on docs/openapi.md is the one that the service describes."""
    shaped("problem")
    page = (Path(__file__).parents[2] / "docs" / "openapi.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json")[2].partition("```")[0])

    paths = document()["paths"]

    assert paths["/api/customers/{id}/"]["get"]["responses"]["404"] == shown
