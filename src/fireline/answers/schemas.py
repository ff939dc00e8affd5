"""The shapes as JSON Schema, for OpenAPI."""

from typing import Any

Schema = dict[str, Any]


def _object(properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


_TEXT: Schema = {"type": "string"}
_CODE: Schema = {"type": "string", "examples": ["VALIDATION_ERROR", "NOT_FOUND", "INTERNAL_ERROR"]}
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
    "type": "object",
    "properties": {"detail": _TEXT},
    "additionalProperties": {},
}
