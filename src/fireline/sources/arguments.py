"""What a task was called with, for its report."""

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any


def arguments_of(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """
    The arguments by the names of their parameters, so that a secret is known by its name.

    Where they do not fit the function, which may be why it failed, they stand as they came.
    """
    try:
        return dict(signature(function).bind_partial(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        return {"args": list(args), "kwargs": dict(kwargs)}
