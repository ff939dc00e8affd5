"""
Secrets out of any nested value, within a millisecond for 100 kB.

One walk copies the containers, looks at every key and collects the texts. The texts are then
searched together, as one, and those that hold a secret are exchanged.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import compress, count
from typing import Any

from django.utils.functional import LazyObject

from fireline.scrub.keys import REDACTED, harmless, is_sensitive, learn
from fireline.scrub.lazy import evaluated
from fireline.scrub.texts import cleaned, scrubbed_text


def scrubbed(value: Any) -> Any:
    """
    The same value without its secrets, at any depth; the given one is not changed.

    A value under a sensitive key is replaced whole. Mappings and named tuples become dicts, sets
    become lists; other objects than these, lists, tuples, texts and bytes stay as they are.
    """
    return _Walk(by_key=True).over(value)


def scrubbed_json(value: Any) -> Any:
    """
    The same of what a parser of JSON has just made and nobody else holds: changed in place, not copied.

    That halves the walk. Only what JSON knows is looked into: dicts, lists and texts.
    """
    return _Walk(by_key=True).through(value)


def scrubbed_texts(value: Any) -> Any:
    """The same, but keys are not looked at: in validation errors a key names a field, not its value."""
    return _Walk(by_key=False).over(value)


class _Walk:
    """One walk: the containers it made, the texts in them, and where each container's texts end."""

    def __init__(self, *, by_key: bool) -> None:
        self.by_key = by_key
        self.keys: set[str] = set()
        self.sensitive: set[Any] = set()
        self.homes: list[Any] = []
        self.texts: list[str] = []
        self.ends: list[int] = []
        self.copies: dict[int, Any] = {}
        self.tuples: list[tuple[Any, Any, list[Any]]] = []
        self.kept: list[Any] = []

    def over(self, value: Any) -> Any:
        """A clean copy."""
        self.homes.append([value])
        self._walk()
        return self._cleaned()

    def through(self, value: Any) -> Any:
        """The value itself, clean."""
        self.homes.append([value])
        self._walk_in_place()
        return self._cleaned()

    def _cleaned(self) -> Any:
        names = {key for key in self.keys if len(key) >= _SHORTEST}
        if clean := cleaned([*self.texts, *names]):
            self._exchange_texts(clean)
        self._restore_tuples()
        if clean and (dirty := {name: clean[name] for name in names if name in clean}):
            self._exchange_keys(dirty)
        if self.by_key:
            learn(self.keys.difference(clean, self.sensitive))
        return self.homes[0][0]

    def _walk(self) -> None:
        """Every item is met here, most are texts, numbers, dicts and lists: no call for those."""
        homes, texts, ends, copies = self.homes, self.texts, self.ends, self.copies
        for home in homes:  # grows while it is walked through
            if type(home) is dict:
                if not harmless.issuperset(home):
                    self._look_at_keys(home)
                items: Iterable[tuple[Any, Any]] = home.items()
            else:
                if len(home) == 2 and self.by_key:
                    self._look_at_pair(home)
                items = enumerate(home)
            for key, item in items:
                kind = type(item)
                if kind is str:
                    texts.append(item)
                elif kind is dict or kind is list:
                    copy = copies.get(place := id(item))
                    if copy is None:
                        copy = copies[place] = item.copy()
                        homes.append(copy)
                    home[key] = copy
                elif kind not in _PLAIN:
                    self._look_at(home, key, item)
            ends.append(len(texts))

    def _walk_in_place(self) -> None:
        """The same where no container stands in two places, and nothing is of another kind."""
        homes, texts, ends = self.homes, self.texts, self.ends
        for home in homes:
            if type(home) is dict:
                if not harmless.issuperset(home):
                    self._look_at_keys(home)
                items: Iterable[Any] = home.values()
            else:
                if len(home) == 2:
                    self._look_at_pair(home)
                items = home
            for item in items:
                kind = type(item)
                if kind is str:
                    texts.append(item)
                elif kind is dict or kind is list:
                    homes.append(item)
            ends.append(len(texts))

    def _look_at_keys(self, home: dict[Any, Any]) -> None:
        """Also where a header is a pair: `{"name": "Cookie", "value": "..."}`."""
        for key, item in home.items():
            if key not in harmless:
                if type(key) is str:
                    self.keys.add(key)
                if self.by_key and _is_secret(key):
                    self.sensitive.add(key)
                    if item is not None:
                        home[key] = REDACTED
        if self.by_key and "value" in home and _is_secret(home.get("name", home.get("key"))):
            home["value"] = REDACTED

    def _look_at_pair(self, home: list[Any]) -> None:
        """As headers are in ASGI and in recorded requests: `["Cookie", "..."]`."""
        if issubclass(type(home[1]), _TEXTS) and _is_secret(home[0]):
            home[1] = REDACTED

    def _look_at(self, home: Any, key: Any, item: Any) -> None:
        kind = type(item)
        if issubclass(kind, LazyObject):
            item = home[key] = evaluated(item)
            kind = type(item)
        # By its type, never by `isinstance`: an object may lie about its class, or think about it.
        if issubclass(kind, str):
            self.texts.append(str.__str__(item))  # a class of somebody's own may hash as it likes
        elif issubclass(kind, (bytes, bytearray)):
            text = item.decode("utf-8", "replace")
            if (clean := scrubbed_text(text)) != text:
                home[key] = clean.encode()
        elif issubclass(kind, _CONTAINERS):
            home[key] = copy = self._copied(item)
            if type(copy) is list and issubclass(kind, tuple):
                self.tuples.append((home, key, copy))

    def _copied(self, item: Any) -> Any:
        """A copy to walk over later; the same one again where a structure contains itself."""
        copy = self.copies.get(id(item))
        if copy is None:
            kind = type(item)
            copy = item.copy() if kind is dict or kind is list else self._plain(item)
            self.copies[id(item)] = copy
            self.homes.append(copy)
        return copy

    def _plain(self, item: Any) -> Any:
        plain = _as_plain(item)
        # It may have been made for this call; an id is only an id while its object lives.
        self.kept += (item, *(plain.values() if type(plain) is dict else plain))
        return plain

    def _exchange_texts(self, clean: dict[str, str]) -> None:
        for number in {bisect_right(self.ends, place) for place in self._places(clean)}:
            home = self.homes[number]
            for key, item in home.items() if type(home) is dict else enumerate(home):
                if issubclass(type(item), str) and (text := str.__str__(item)) in clean:
                    home[key] = _like(item, clean[text])

    def _places(self, clean: dict[str, str]) -> Iterable[int]:
        """Where those texts stand among all; few are found faster one by one."""
        if len(clean) > _FEW:
            yield from compress(count(), map(clean.__contains__, self.texts))
            return
        for text in clean:
            place = -1
            with suppress(ValueError):
                while True:
                    place = self.texts.index(text, place + 1)
                    yield place

    def _exchange_keys(self, clean: dict[str, str]) -> None:
        """A client names its fields as it likes: with a card number, with a token."""
        for home in self.homes:
            if type(home) is dict and not clean.keys().isdisjoint(home):
                items, numbers = list(home.items()), Counter[str]()
                home.clear()
                for key, item in items:
                    home[_free(clean[key], home, numbers) if key in clean else key] = item

    def _restore_tuples(self) -> None:
        """Tuples were copied as lists; those without others inside become tuples first."""
        if not self.tuples:
            return
        inside = Counter(id(home) for home, _, _ in self.tuples)
        places: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
        for home, key, copy in self.tuples:
            places[id(copy)].append((home, key))
        ready = [copy for _, _, copy in self.tuples if not inside[id(copy)]]
        while ready:
            copy = ready.pop()
            made = tuple(copy)
            for home, key in places.pop(id(copy), ()):
                home[key] = made
                inside[id(home)] -= 1
                if not inside[id(home)] and id(home) in places:
                    ready.append(home)


def _like(text: str, clean: str) -> str:
    """A message of Fireline's or DRF's keeps the code that it bears."""
    code = getattr(text, "code", None)
    if code is None:
        return clean
    make: Any = type(text)
    try:
        made: str = make(clean, code)
    except Exception:  # a text of somebody else's
        return clean
    return made


_FEW = 4
_PLAIN = frozenset((int, float, bool, type(None)))
_TEXTS = (str, bytes)
_CONTAINERS = (list, tuple, set, frozenset, Mapping)


def _as_plain(item: Any) -> Any:
    try:
        if hasattr(item, "_fields"):  # a named tuple: its names tell what is secret
            return dict(zip(item._fields, item, strict=False))
        return dict(item) if isinstance(item, Mapping) else list(item)
    except Exception as error:  # a mapping of somebody's own may do anything
        return [f"<{type(item).__name__} that cannot be shown: {type(error).__name__}>"]


def _is_secret(key: Any) -> bool:
    if issubclass(type(key), bytes):
        key = key.decode("latin-1")
    # The limit is that of `is_sensitive`, whose memory is not for what a client sends.
    return issubclass(type(key), str) and (len(key) > 200 or is_sensitive(key))


_SHORTEST = 12
"""No token and no number of a card is shorter; keys of this length are searched as texts are."""


def _free(key: str, home: dict[Any, Any], numbers: Counter[str]) -> str:
    """The key, numbered where another has become the same."""
    free = key
    while free in home:
        numbers[key] += 1
        free = f"{key} ({numbers[key] + 1})"
    return free
