"""Django REST framework: the forms that a validation error takes, as one tree."""

from collections.abc import Mapping
from typing import Any

from rest_framework.settings import api_settings

from fireline.errors.known import NON_FIELD


def tree_of(detail: Any) -> dict[str, Any]:
    """
    The tree of field names, whatever form DRF's validation error takes.

    Entries of a list of objects stand under their index, in the dict of DRF 3.18 as in the list
    (with empty dicts for what is right) of older ones. Texts of no field stand under
    `non_field_errors`, whatever NON_FIELD_ERRORS_KEY is; what is empty is left out.
    """
    branch = _branch(detail)
    return branch if isinstance(branch, dict) else {NON_FIELD: branch} if branch else {}


def is_tree(detail: object) -> bool:
    """Whether a detail is more than one text."""
    return isinstance(detail, (Mapping, list, tuple))


def _branch(node: Any) -> dict[str, Any] | list[str]:
    if isinstance(node, Mapping):
        branches = ((_name(key), _branch(child)) for key, child in node.items())
        return {name: branch for name, branch in branches if branch}
    if not is_tree(node):
        return [] if node is None else [_text(node)]
    texts = [_text(child) for child in node if child is not None and not is_tree(child)]
    items = {
        str(index): branch
        for index, child in enumerate(node)
        if is_tree(child) and (branch := _branch(child))
    }
    if not items:
        return texts
    return {**items, NON_FIELD: texts} if texts else items


def _name(key: object) -> str:
    return NON_FIELD if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)


def _text(leaf: object) -> str:
    """A text as it is, with its code; a lazy one is translated now."""
    return leaf if isinstance(leaf, str) else str(leaf)
