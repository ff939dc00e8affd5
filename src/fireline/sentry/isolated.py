"""
The SDK's scopes go with Fireline's: what one request says by the SDK's API, no other sees.

`sentry_sdk.isolation_scope()` would copy two scopes for every request; here they stay empty until
somebody asks for anything in them. What was said outside (a tag of the worker) is in them then.
"""

from typing import Any

from sentry_sdk import scope as sdk

from fireline.scope import Scope

Pair = tuple[Any, Any]
"""The SDK's isolation scope and its current scope; None where nobody has asked for one yet."""


def follow(outer: Scope | None, inner: Scope | None) -> None:
    """Leave the SDK's scopes with the scope that is left, and bring those of the one that is entered."""
    if outer is inner:
        return
    here: Pair = (sdk._isolation_scope.get(), sdk._current_scope.get())
    if here[0] is not None and here[0]._name:
        return  # an integration of the SDK has made it, for this request
    outside = here
    if outer is not None:
        if outer.followed_by is None:  # entered before anybody followed
            return
        outside = outer.followed_by[1]
        outer.followed_by = (here, outside)
    if inner is None:
        _bring(outside)
    else:
        if inner.followed_by is None:
            isolation = LateScope(sdk.ScopeType.ISOLATION, outside[0])
            inner.followed_by = (
                (isolation, LateScope(sdk.ScopeType.CURRENT, outside[1])),
                outside,
            )
        _bring(inner.followed_by[0])


def _bring(pair: Pair) -> None:
    sdk._isolation_scope.set(pair[0])
    sdk._current_scope.set(pair[1])


class LateScope(sdk.Scope):
    """
    A scope of the SDK that has nothing in it until somebody looks, and then what the one outside has.

    It stands in the context from the beginning, for the tasks that a request starts share it.
    """

    __slots__ = ("_late",)

    def __init__(self, kind: Any, outside: Any) -> None:  # not the SDK's: it would fill it
        self._late = (kind, outside)
        # Every log line asks for these: to find nothing costs four times as much.
        self._name = None
        self._span = None if outside is None else outside._span

    def __getattr__(self, name: str) -> Any:
        """What is asked for first; Python calls this for a slot that is empty."""
        late = set_of(self, "_late")
        if late is None or name not in sdk.Scope.__slots__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        kind, outside = late
        made = sdk.Scope(ty=kind) if outside is None else outside.fork()
        made._type = kind
        for slot in sdk.Scope.__slots__:
            if set_of(self, slot) is None:  # what was set before it was looked at stays
                setattr(self, slot, getattr(made, slot))
        return set_of(self, name)


def set_of(scope: Any, slot: str) -> Any:
    """What stands in this slot of a scope; None where nothing does, and nobody has to fill it."""
    try:
        return object.__getattribute__(scope, slot)
    except AttributeError:
        return None
