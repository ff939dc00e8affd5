"""The variables of a frame, as texts: bounded, and nothing lazy is looked into."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db.models import Model
from django.db.models.query import QuerySet
from django.utils.functional import LazyObject

from fireline.scrub import REDACTED, evaluated, shown
from fireline.sentry.room import Room

_VARIABLES = 20
_DEPTH = 3
_BREADTH = 10
_CHARACTERS = 1000
_IN_A_FRAME = 8_000

_SIMPLE = frozenset((int, float, bool, type(None)))


_PARAMETERS = frozenset("params param_list param_rows parameters".split())
_OF_DJANGO = _PARAMETERS | {"args", "values"}


def _hidden(variables: Mapping[str, Any], module: str) -> frozenset[str]:
    """
    Names of what goes into a query: passwords and tokens that no name tells from the rest.

    The layers of Django below a model hand it on, and a service that writes SQL itself.
    """
    if module.startswith("django.db."):
        return _OF_DJANGO
    return _PARAMETERS if "sql" in variables or "query" in variables else frozenset()


def variables_of(variables: Mapping[str, Any], room: Room, module: str = "") -> dict[str, Any]:
    """The first of these, each a text or, where it contains others, a list or dict of texts."""
    hidden = _hidden(variables, module)
    own = Room(min(room.left, _IN_A_FRAME))
    before = own.left
    seen = {
        name: REDACTED if name in hidden and value is not None else _seen(value, _DEPTH, own)
        for name, value in islice(variables.items(), _VARIABLES)
        if not name.startswith("@")  # pytest's own
    }
    room.left -= before - own.left
    return seen


def _seen(value: Any, depth: int, room: Room) -> Any:
    kind = type(value)
    if kind is str:
        return room.take(repr(value) if len(value) <= _CHARACTERS else shown(value, _CHARACTERS))
    if kind in _SIMPLE:
        return room.take(_text(value, kind)) if kind is int else repr(value)
    if not room.left:
        return "…"
    # By its type, never by `isinstance`: that asks a lazy user for its class, and so the database.
    if depth and issubclass(kind, dict):
        return _dict(value, depth, room)
    if depth and issubclass(kind, (list, tuple, set, frozenset)):
        seen = [_seen(item, depth - 1, room) for item in islice(_plain(value), _BREADTH)]
        return [*seen, "..."] if len(value) > _BREADTH else seen
    return room.take(_text(value, kind))


def _plain(value: Any) -> Any:
    """Its items by Python's own way; a class of somebody's own may do anything."""
    kinds: Any = (list, tuple, set, frozenset)
    return next(kind.__iter__(value) for kind in kinds if isinstance(value, kind))


def _dict(value: dict[Any, Any], depth: int, room: Room) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, item in islice(dict.items(value), _BREADTH):
        is_text = type(key) is str and len(key) < _CHARACTERS
        seen[room.take(key if is_text else _text(key, type(key)))] = _seen(item, depth - 1, room)
    if dict.__len__(value) > _BREADTH:
        seen["..."] = f"{dict.__len__(value) - _BREADTH} more"
    return seen


def _text(value: Any, kind: type) -> str:
    if issubclass(kind, LazyObject):
        value = evaluated(value)
        kind = type(value)
    if issubclass(kind, QuerySet) and value._result_cache is None:
        return f"<{kind.__name__} of {value.model.__name__}, not evaluated>"
    try:
        text = repr(value)
    except Exception as error:  # also where it would ask the database
        if issubclass(kind, Model):
            key = value.__dict__.get(value._meta.pk.attname)
            return f"<{kind.__name__} {key}>"
        return f"<{kind.__name__} that cannot be shown: {type(error).__name__}>"
    # What is cut is searched first, lest half a secret is not known as one.
    return text if len(text) <= _CHARACTERS else shown(_Text(text), _CHARACTERS)


class _Text(str):
    """A text that is a repr already."""

    __slots__ = ()
