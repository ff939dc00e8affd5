"""Whatever clients send is kept as far as it can be shown, and hurts nobody."""

import random
import time
from copy import deepcopy
from typing import Any

import orjson
import pytest

from fireline.tracker.models import Event, Issue, SetAside, TagCount
from fireline.tracker.payload import unpacked
from tests.tracker.digest.conftest import Sender, event

pytestmark = pytest.mark.usefixtures("rows")

WHOLE = {
    **event(),
    "timestamp": 1_770_000_000.5,
    "message": "text",
    "logentry": {"message": "%s", "params": ["a"], "formatted": "a"},
    "stacktrace": {"frames": [{"function": "f"}]},
    "threads": {"values": [{"id": 1, "stacktrace": {"frames": [{"function": "f"}]}}]},
    "breadcrumbs": {"values": [{"message": "m", "data": {}}]},
    "tags": {"a": "b"},
    "contexts": {"browser": {"name": "Firefox", "version": "141.0.2"}, "trace": {}},
    "extra": {"a": 1},
    "user": {"id": 1, "email": "a@example.com"},
    "request": {"url": "http://x", "headers": {"a": "b"}, "cookies": {}, "data": {}},
    "sdk": {"name": "sentry.python"},
    "modules": {"django": "5"},
    "fingerprint": ["{{ default }}"],
    "errors": [],
    **dict.fromkeys(
        ("transaction", "server_name", "release", "dist", "environment", "logger", "platform"), "x"
    ),
}

ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, 1e308, "", "x", "\0", "a\0b", "x" * 5000, [], {}, [[]], [{}],
    [None], [[1, 2]], [["a", "b"]], [["a", None]], [{"key": "a", "value": []}], {"": ""},
    {"a": None}, {"values": None}, {"values": "x"}, {"values": [1, "x", None, [], {}]},
    {"values": {"a": 1}}, {"frames": [None, 1, "x", {"lineno": "x", "vars": [1]}]}, {"\0": "\0"},
    {"type": {"a": 1}, "value": [1], "module": 3, "mechanism": []}, {"name": [], "version": {}},
    "2026-99-99T00:00:00Z", "9999999999999999999999", "NaN", -(10**18),
]  # fmt: skip


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += _paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += _paths(item, (*path, number))
    return found


def _with(path: tuple[Any, ...], odd: Any, number: int) -> dict[str, Any]:
    changed: Any = deepcopy(WHOLE)
    changed["event_id"] = f"{number:032x}"
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return changed


def test_wrong_types_everywhere(sender: Sender) -> None:
    """Each field of an event, replaced by anything at all: every event is stored, none set aside."""
    chance = random.Random(6)
    some = chance.sample(
        [(path, odd) for path in _paths(WHOLE) for odd in ODD if path != ("event_id",)], 600
    )
    sender.send(*[_with(path, odd, number) for number, (path, odd) in enumerate(some, 1)])

    while (digested := sender.digest(300)).taken:
        assert digested.set_aside == 0

    assert not SetAside.objects.exists()
    assert Event.objects.count() == len(some)
    for payload in Event.objects.values_list("payload", flat=True):
        _assert_shape(unpacked(payload))


def _assert_shape(event: dict[str, Any]) -> None:
    """What readers may rely on."""
    for name in ("exception", "breadcrumbs", "threads"):
        assert all(isinstance(each, dict) for each in event.get(name, {"values": []})["values"])
    stacks = [event, *event.get("exception", {"values": []})["values"]]
    for stack in [each.get("stacktrace") or {"frames": []} for each in stacks]:
        assert all(isinstance(frame, dict) for frame in stack["frames"])
        assert all(isinstance(frame.get("vars") or {}, dict) for frame in stack["frames"])
    for name in ("contexts", "request", "user", "extra", "sdk", "modules", "logentry"):
        assert isinstance(event.get(name, {}), dict)
    assert all(isinstance(each, dict) for each in event.get("contexts", {}).values())
    assert all(isinstance(part, str) for pair in event.get("tags", {}).items() for part in pair)
    assert isinstance(event.get("message", ""), str)
    assert event["level"] in {"fatal", "error", "warning", "info", "debug"}


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(
            b'{"message": "m", "extra": %s1%s}' % (b'{"a":' * 5000, b"}" * 5000), id="deep"
        ),
        pytest.param(
            b'{"message": "m", "extra": %s1%s}' % (b'{"a":' * 300, b"}" * 300), id="dumps"
        ),
        pytest.param(
            b'{"message": "m", "extra": %s%s}' % (b"[" * 90_000, b"]" * 90_000), id="lists"
        ),
        pytest.param(b'{"message": "m", "extra": {"a": "\\ud800 \\udfff"}}', id="surrogates"),
        pytest.param(b'{"message": "m", "extra": {"a": NaN, "b": -Infinity}}', id="nan"),
        pytest.param(b'{"message": "m", "extra": {"a": "\xff\xfe"}}', id="no-utf-8"),
        pytest.param(b'{"message": "m", "extra": {"a": "\\u0000"}, "a\\u0000": 1}', id="nul"),
        pytest.param(b'{"message": "m", "extra": {"a": %s}}' % (b"9" * 400), id="huge-number"),
        pytest.param(b'{"message": "m", "extra": {"a": "%s"}}' % (b"x" * 900_000), id="huge-text"),
        pytest.param(b'{"message": "m", "extra": [%s1]}' % (b"1," * 200_000), id="long-list"),
        pytest.param(b'{"message": "m", "message": "m"}', id="twice"),
    ],
)
def test_message_is_kept_whatever_is_around_it(sender: Sender, payload: bytes) -> None:
    """What can be shown of an event is shown, within a limit of size and time."""
    sender.raw(payload)
    began = time.process_time()

    digested = sender.digest()

    assert time.process_time() - began < 3  # a second at most, with slack
    assert (digested.stored, digested.set_aside) == (1, 0)
    stored = Event.objects.get().payload
    assert unpacked(stored)["message"] == "m"
    assert len(stored) < 50_000


@pytest.mark.parametrize("payload", [b"1", b'"m"', b"[]", b"null", b'["m"]'])
def test_event_that_is_no_object(sender: Sender, payload: bytes) -> None:
    """JSON that is no object is an event with that as its message."""
    sender.raw(payload)

    assert sender.digest().stored == 1


def test_message_in_a_message(sender: Sender) -> None:
    """However often a message is wrapped, it is stored."""
    deep = b'{"formatted": ' * 900 + b'"m"' + b"}" * 900
    sender.raw(b'{"message": %s, "logentry": %s}' % (deep, deep))

    assert sender.digest().stored == 1


def test_event_that_is_no_json_is_set_aside(sender: Sender) -> None:
    """What nobody can read is kept beside, with its reason; its neighbours are digested."""
    sender.raw(b"{")
    sender.send(event())

    digested = sender.digest()

    assert (digested.stored, digested.set_aside) == (1, 1)
    assert "JSON" in SetAside.objects.get().reason


@pytest.mark.parametrize("given", ["", "x", None, 7, "g" * 32, "0" * 31, ["a"]])
def test_event_without_an_id_gets_one(sender: Sender, given: Any) -> None:
    """An id that is none is replaced by one, which stays the same when the entry is taken again."""
    entry = sender.raw(orjson.dumps(event(event_id=given)))
    sender.digest()
    sender.spool.put(entry)

    sender.digest()

    stored = Event.objects.get()
    assert len(stored.event_id) == 32
    assert unpacked(stored.payload)["event_id"] == stored.event_id


def test_id_with_dashes_is_the_same_id(sender: Sender) -> None:
    """An id is known in the spelling of UUIDs, and in capital letters."""
    plain = "0123456789abcdef0123456789abcdef"
    dashed = "01234567-89AB-CDEF-0123-456789ABCDEF"
    sender.stored(event(event_id=plain), event(event_id=dashed))

    assert Event.objects.get().event_id == plain


def test_long_texts_are_cut_in_columns(sender: Sender) -> None:
    """Columns hold the beginnings, the payload holds all."""
    texts = {name: name + "y" * 3000 for name in ("release", "environment", "transaction")}
    shown = sender.shown(event(**texts, tags={"error_id": "e" * 99, "correlation_id": "c" * 99}))

    stored = Event.objects.get()
    assert len(str(stored.release)) == 200
    assert len(str(stored.environment)) == 64
    assert (stored.error_id, stored.correlation_id) == ("e" * 40, "c" * 64)
    assert len(Issue.objects.get().transaction) == 200
    assert shown["release"] == texts["release"]


def test_what_did_not_fit_is_shown(sender: Sender) -> None:
    """A field of a wrong type is not lost: `errors` shows it."""
    shown = sender.shown(event(contexts="much ado", extra=7))

    assert {(each["name"], each["value"]) for each in shown["errors"]} == {
        ("contexts", "much ado"),
        ("extra", "7"),
    }


def test_secrets_are_taken_out(sender: Sender) -> None:
    """What a client has not scrubbed is scrubbed before it is stored, at any depth."""
    deep = {"data": [{"password": "hunter2"}], "note": "Authorization: Bearer abcdefghijklmnop1234"}

    shown = sender.shown(event(extra=deep))

    assert b"hunter2" not in orjson.dumps(shown)
    assert b"abcdefghijklmnop1234" not in orjson.dumps(shown)


def test_what_is_scrubbed_is_not_scrubbed_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event of the service's own process has been scrubbed there, once."""
    monkeypatch.setattr("fireline.tracker.digest.arrivals.without_secrets", lambda _: 1 / 0)

    assert len(sender.stored(event(), is_scrubbed=True)) == 1


def test_bomb_of_tags(sender: Sender) -> None:
    """Many tags with new values in each event: a bounded number is counted, all together."""
    for batch in range(3):
        sender.send(
            *[event(tags={f"k{n}": f"{batch}-{each}" for n in range(300)}) for each in range(20)]
        )
        sender.digest()

    counts = TagCount.objects.filter(key="k7")
    assert counts.count() == 51
    assert sum(counts.values_list("events", flat=True)) == 60
    assert TagCount.objects.values("key").distinct().count() <= 100
