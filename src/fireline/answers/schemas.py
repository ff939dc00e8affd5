"""The shapes as JSON Schema, for OpenAPI."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def for_openapi_3_0(schema: Any) -> Any:
    """
    The schema in the older dialect that OpenAPI 3.0 speaks; 3.1 takes JSON Schema as it is.

    A type `null` becomes `nullable`, `const` an `enum` of one, `examples` their first.
    """
    if isinstance(schema, (list, tuple)):
        return [for_openapi_3_0(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    older: Schema = {}
    for keyword, value in schema.items():
        if keyword == "properties":  # their names are no keywords
            older[keyword] = {name: for_openapi_3_0(item) for name, item in value.items()}
        elif keyword == "type" and isinstance(value, (list, tuple)):
            older |= _nullable([name for name in value if name != "null"], "null" in value)
        elif keyword == "const":
            older["enum"] = [value]
        elif keyword == "examples":
            older["example"] = value[0]
        elif keyword in {"default", "enum", "example", "required"}:
            older[keyword] = value
        else:
            older[keyword] = for_openapi_3_0(value)
    return older


def _nullable(names: list[str], is_nullable: bool) -> Schema:
    types: Schema = {"type": names[0]} if len(names) == 1 else {}
    if len(names) > 1:
        types["anyOf"] = [{"type": name} for name in names]
    return {**types, "nullable": True} if is_nullable else types


def _object(properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


_TEXT: Schema = {"type": "string"}
_CODE: Schema = {"type": "string", "examples": ["VALIDATION_ERROR", "INTERNAL_ERROR"]}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_SEVERITY: Schema = {"type": "string", "enum": ["low", "medium", "high", "critical"]}
_DETAILS: Schema = {"type": "object", "additionalProperties": {}}

_ERROR = _object(
    {
        "code": _TEXT,
        "detail": _TEXT,
        "attr": {"type": ["string", "null"]},
        "pointer": {"type": "string", "format": "json-pointer"},
    }
)

PROBLEM = _object(
    {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": {"type": "string", "format": "uri-reference"},
        "code": _CODE,
        "error_id": _TEXT,
        "correlation_id": _TEXT,
        "severity": _SEVERITY,
        "timestamp": _MOMENT,
        "errors": {"type": "array", "items": _ERROR},
        "details": _DETAILS,
    },
    optional=("errors", "details"),
)
FLAG = _object(
    {
        "error": {"type": "boolean", "const": True},
        "message": _TEXT,
        "code": _CODE,
        "details": _DETAILS,
        "timestamp": {"type": "number"},
        "request_id": _TEXT,
    }
)
FLAT = _object({"error": _TEXT, "code": _CODE, "details": _DETAILS}, optional=("details",))
NESTED = _object(
    {
        "error": _object(
            {
                "id": _TEXT,
                "message": _TEXT,
                "code": _CODE,
                "severity": _SEVERITY,
                "timestamp": _MOMENT,
                "details": _DETAILS,
            }
        )
    }
)
DRF: Schema = {
    "anyOf": [
        {"type": "object", "properties": {"detail": {}}, "additionalProperties": {}},
        {"type": "array", "items": {}},  # a ValidationError of texts alone
    ],
}
