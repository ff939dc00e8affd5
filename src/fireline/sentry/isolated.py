"""
The SDK's scopes go with Fireline's: what one request says by the SDK's API, no other sees.

A scope of the SDK is only made when somebody asks for it; `sentry_sdk.isolation_scope()` would copy
two for every request. What was said outside (a tag of the worker) is copied where there is any.
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
            inner.followed_by = ((_copy(outside[0]), _copy(outside[1])), outside)
        _bring(inner.followed_by[0])


def _bring(pair: Pair) -> None:
    sdk._isolation_scope.set(pair[0])
    sdk._current_scope.set(pair[1])


def _copy(scope: Any) -> Any:
    if scope is None or not (
        scope._tags
        or scope._contexts
        or scope._extras
        or scope._user
        or scope._event_processors
        or scope._error_processors
        or scope._attachments
        or scope.client.is_active()
    ):
        return None
    return scope.fork()
