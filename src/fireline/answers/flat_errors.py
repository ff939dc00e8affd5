"""The tree of validation errors as a flat list."""

from collections.abc import Iterator, Mapping
from typing import Any

from fireline.errors.known import NON_FIELD

Path = tuple[str, ...]


def flat_errors(details: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """
    Each error of the tree as `{"code", "detail", "attr", "pointer"}`.

    `attr` is the dotted name, None for errors of no field; `pointer` is a JSON Pointer (RFC 6901),
    exact also where a field's name holds a dot, and empty for the whole document.
    """
    return [
        {
            "code": str(getattr(leaf, "code", None) or "invalid"),
            "detail": str(leaf),
            "attr": ".".join(path) if path else None,
            "pointer": "".join(f"/{_escaped(part)}" for part in path),
        }
        for path, leaf in _leaves(details, ())
    ]


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _leaves(child, path if name == NON_FIELD else (*path, str(name)))
    elif isinstance(node, (list, tuple)):
        for index, child in enumerate(node):
            # A list holds messages of one field, or one entry for each item of a list of objects.
            is_item = isinstance(child, (Mapping, list, tuple))
            yield from _leaves(child, (*path, str(index)) if is_item else path)
    elif node is not None:
        yield path, node


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
