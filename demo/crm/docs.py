"""The page of the API's operations, made from its OpenAPI schema; no script, no other host."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from crm.english import render_in_english

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter of an operation, or a field of what it takes."""

    name: str
    type: str
    is_required: bool
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method does at one path."""

    method: str
    path: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    statuses: tuple[str, ...]
    needs_login: bool


def docs(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render_in_english(request, "crm/docs.html", {"operations": operations()})


@cache
def operations() -> tuple[Operation, ...]:
    """Each operation of the API, in the schema's order."""
    with override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
    return tuple(_operations(schema))


def _operations(schema: Schema) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                description=operation.get("description", ""),
                parameters=tuple(
                    _parameter(schema, given) for given in operation.get("parameters", ())
                ),
                body=tuple(_body(schema, operation)),
                statuses=tuple(operation["responses"]),
                needs_login={} not in operation.get("security", [{}]),
            )


def _parameter(schema: Schema, given: Schema) -> Field:
    return Field(
        name=given["name"],
        type=_type(schema, given["schema"]),
        is_required=given.get("required", False),
        description=given.get("description", ""),
    )


def _body(schema: Schema, operation: Schema) -> Iterator[Field]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    component = _component(schema, content["schema"])
    for name, field in component["properties"].items():
        if not field.get("readOnly"):
            is_required = name in component.get("required", ())
            yield Field(name=name, type=_type(schema, field), is_required=is_required)


def _type(schema: Schema, field: Schema) -> str:
    """The type in words: `email`, `active | prospect`, `list of Activity`."""
    if "$ref" in field:
        component = _component(schema, field)
        return _type(schema, component) if "enum" in component else _name(field)
    if alternatives := field.get("allOf") or field.get("oneOf"):
        return _type(schema, alternatives[0])
    if "items" in field:
        return f"list of {_type(schema, field['items'])}"
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    return str(field.get("format") or field.get("type", "any"))


def _component(schema: Schema, field: Schema) -> Schema:
    component: Schema = schema["components"]["schemas"][_name(field)]
    return component


def _name(field: Schema) -> str:
    return str(field["$ref"]).rpartition("/")[2]
