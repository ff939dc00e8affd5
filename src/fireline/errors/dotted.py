"""Exceptions by their dotted paths, as settings and the catalogue name them."""

import sys
from collections.abc import Iterable


def path_of(cls: type) -> str:
    """Where the class is defined; of Python's own exceptions the bare name."""
    module = cls.__module__
    return cls.__qualname__ if module == "builtins" else f"{module}.{cls.__qualname__}"


def class_at(path: str) -> object:
    """
    What stands at this path, where its module is imported; None elsewhere.

    A class is often named by a path at which it is not defined: `django.http.Http404`.
    """
    module, _, name = path.rpartition(".")
    return getattr(sys.modules.get(module or "builtins"), name, None)


def is_one_of(exception: BaseException, paths: Iterable[str]) -> bool:
    """Whether the exception's class, or an ancestor of it, stands in these dotted paths."""
    ancestors = type(exception).__mro__
    names = {path_of(ancestor) for ancestor in ancestors}
    return any(path in names or class_at(path) in ancestors for path in paths)
