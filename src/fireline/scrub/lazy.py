"""Lazy objects, which nobody here evaluates: that may ask the database, and fails in a coroutine."""

from typing import Any

from django.utils.functional import LazyObject, empty


def evaluated(value: Any) -> Any:
    """The value itself; of a lazy object what it holds, or its name while nobody has looked into it."""
    # By its type: `isinstance` asks for `__class__`, and so looks into it.
    while issubclass(type(value), LazyObject):
        inside = value._wrapped
        if inside is empty:
            return f"<{type(value).__name__}, not evaluated>"
        value = inside
    return value
