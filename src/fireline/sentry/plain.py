"""
Parts of an event that are plain already, and need no second walk.

The SDK walks through every value of an event once more, at 20 thousand instructions for each; at what
has a `__sentry_repr__` it stops. It still is a dict, which hooks and processors may change.
"""

from typing import Any

from sentry_sdk._types import AnnotatedValue
from sentry_sdk.utils import format_timestamp


class Plain(dict[str, Any]):
    """A dict of texts."""

    __slots__ = ()

    def __sentry_repr__(self) -> dict[str, Any]:
        """What the SDK takes instead."""
        return dict(self)


class Frame(Plain):
    """A frame; of its variables the SDK's scrubber may have taken some out."""

    __slots__ = ()

    def __sentry_repr__(self) -> dict[str, Any]:
        """With what the scrubber has put in their place."""
        variables = self.get("vars")
        if not isinstance(variables, dict):
            return dict(self)
        return {**self, "vars": {name: _unwrapped(value) for name, value in variables.items()}}


class Crumb(Plain):
    """A breadcrumb; its time is still to be written."""

    __slots__ = ()

    def __sentry_repr__(self) -> dict[str, Any]:
        """With its time as a text."""
        plain = {**self, "timestamp": format_timestamp(self["timestamp"])}
        if data := self.get("data"):
            plain["data"] = {name: _unwrapped(value) for name, value in data.items()}
        return plain


def _unwrapped(value: Any) -> Any:
    return value.value if type(value) is AnnotatedValue else value
