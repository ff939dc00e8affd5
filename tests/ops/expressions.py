"""The names in an expression of PromQL, as far as a test needs them."""

import re

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_SELECTORS = re.compile(r"\{([^}]*)\}")
_GROUPINGS = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_WINDOWS = re.compile(r"\[[^\]]*\]")
_NAMES = re.compile(r"(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()")
_WORDS = {"and", "bool", "or", "unless"}


def metrics_in(expression: str) -> set[str]:
    """The metrics that the expression reads."""
    for part in (_STRINGS, _GROUPINGS, _SELECTORS, _WINDOWS):
        expression = part.sub(" ", expression)
    return set(_NAMES.findall(expression)) - _WORDS


def labels_in(expression: str) -> set[str]:
    """The labels that the expression matches or groups by."""
    bare = _STRINGS.sub(" ", expression)
    matched = re.findall(r"(\w+)\s*[!=]", " ".join(_SELECTORS.findall(bare)))
    grouped = re.findall(r"\w+", " ".join(_GROUPINGS.findall(bare)))
    return {*matched, *grouped}
