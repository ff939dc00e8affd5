"""Calls of the cache, by their keys; never by their values."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.core.cache import CacheHandler
from django.core.cache.backends.base import BaseCache

from fireline.errors import guarded
from fireline.scope import current
from fireline.scope.crumbs import note

_METHODS = ("get", "get_many", "set", "set_many", "add", "delete", "delete_many", "incr", "touch")

_own_create = CacheHandler.create_connection


def create_connection(handler: CacheHandler, alias: str) -> BaseCache:
    """Django's own, and the cache that it makes is watched; each thread and task has one of its own."""
    made = _own_create(handler, alias)
    guarded(_watch, made, alias)  # a backend of somebody's own may be anything
    return made


def _watch(made: Any, alias: str) -> None:
    backend: Any = type(made)
    made.__dict__["_fireline_alias"] = alias
    made.__class__ = _watched(backend)


@cache
def _watched(backend: type[BaseCache]) -> type[BaseCache]:
    """A subclass whose calls are noted; it goes by the name of the backend."""
    methods = {name: _noted(getattr(backend, name)) for name in _METHODS if hasattr(backend, name)}
    names = {"__module__": backend.__module__, "__qualname__": backend.__qualname__}
    return type(backend.__name__, (backend,), {**methods, **names})


def _noted(method: Callable[..., Any]) -> Callable[..., Any]:
    name = method.__name__

    @wraps(method)
    def call(made: Any, *args: Any, **kwargs: Any) -> Any:
        found = method(made, *args, **kwargs)
        if current() is not None:
            guarded(_note, made, name, args, kwargs, found)
        return found

    return call


def _note(made: Any, name: str, args: Any, kwargs: Any, found: Any) -> None:
    data: dict[str, Any] = {"cache": made._fireline_alias}
    if name == "get":
        default = args[1] if len(args) > 1 else kwargs.get("default")
        data["hit"] = found is not default
    key = args[0] if args else next(iter(kwargs.values()), "")
    note("cache", f"{name} {_shown(key)}", data)


_SESSIONS = "django.contrib.sessions."
_KEYS_AT_MOST = 5


def _shown(key: Any) -> str:
    """The key, or the first of several; that of a session is as good as a password."""
    if type(key) is str:
        return f"{_SESSIONS}[redacted]" if key.startswith(_SESSIONS) else key[:200]
    if isinstance(key, (list, tuple, set, dict)):
        keys = [_shown(one) for one, _ in zip(key, range(_KEYS_AT_MOST), strict=False)]
        return ", ".join(keys) + (", ..." if len(key) > _KEYS_AT_MOST else "")
    return f"<{type(key).__name__}>"


def install() -> None:
    """Watch every cache that is made from now on."""
    CacheHandler.create_connection = create_connection  # type: ignore[assignment, method-assign]
