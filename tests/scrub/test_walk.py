"""One walk through any structure: what it looks into, what it returns, what it survives."""

from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import MappingProxyType

import pytest
from django.http import HttpRequest, QueryDict
from django.test import override_settings
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from fireline.scrub import (
    REDACTED,
    is_sensitive,
    scrubbed,
    scrubbed_json,
    scrubbed_text,
    scrubbed_texts,
)

Account = namedtuple("Account", "user password")  # noqa: PYI024 (the untyped kind is the common one)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": {"b": [{"password": "x"}]}}, {"a": {"b": [{"password": REDACTED}]}}, id="nested"),
        pytest.param({"password": {"user": "x"}}, {"password": REDACTED}, id="whole-branch"),
        pytest.param({"password": None}, {"password": None}, id="no-value"),
        pytest.param({"pin": 1234}, {"pin": REDACTED}, id="number"),
        pytest.param({b"password": b"x"}, {b"password": REDACTED}, id="key-in-bytes"),
        pytest.param(
            OrderedDict(token="x", page=2), {"token": REDACTED, "page": 2}, id="ordered-dict"
        ),
        pytest.param(
            defaultdict(list, token=["x"], page=[2]),
            {"token": REDACTED, "page": [2]},
            id="default-dict",
        ),
        pytest.param(
            QueryDict("password=x&password=y&page=2"),
            {"password": REDACTED, "page": ["2"]},
            id="query-dict",
        ),
        pytest.param(
            MultiValueDict({"api_key": ["x"], "q": ["token=y"]}),
            {"api_key": REDACTED, "q": [f"token={REDACTED}"]},
            id="multi-value-dict",
        ),
        pytest.param(
            MappingProxyType({"a": MappingProxyType({"secret": "x"})}),
            {"a": {"secret": REDACTED}},
            id="mapping-proxy",
        ),
        pytest.param(
            Account("ada", "x"), {"user": "ada", "password": REDACTED}, id="named-tuple"
        ),
        pytest.param(("a", ("token=x", 1)), ("a", (f"token={REDACTED}", 1)), id="tuples"),
        pytest.param({"ids": {"token=x"}}, {"ids": [f"token={REDACTED}"]}, id="set"),
        pytest.param(b"token=x y", f"token={REDACTED} y".encode(), id="bytes"),
        pytest.param(bytearray(b"token=x y"), f"token={REDACTED} y".encode(), id="bytearray"),
        pytest.param([b"\xff\x00\xfe"], [b"\xff\x00\xfe"], id="harmless-binary"),
        pytest.param([SafeString("token=x")], [f"token={REDACTED}"], id="subclass-of-text"),
        pytest.param(["a\0b", "token=x\0", "c"], ["a\0b", f"token={REDACTED}\0", "c"], id="nul"),
        pytest.param(["token=x"] * 3, [f"token={REDACTED}"] * 3, id="the-same-text-again"),
        pytest.param("Grüße 👋 token=x ✓", f"Grüße 👋 token={REDACTED} ✓", id="not-ascii"),
        pytest.param("\ud800 token=x", f"\ud800 token={REDACTED}", id="lone-surrogate"),
        pytest.param([1, 2.5, True, None, 3j], [1, 2.5, True, None, 3j], id="plain"),
        pytest.param({}, {}, id="nothing"),
    ],
)  # fmt: skip
def test_every_kind_of_container_is_walked(value, expected):
    """Secrets go at any depth, and the containers come back as plain ones."""
    assert scrubbed(value) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        pytest.param(["Authorization", "x"], ["Authorization", REDACTED], id="list"),
        pytest.param(("X-Api-Key", "x"), ("X-Api-Key", REDACTED), id="tuple"),
        pytest.param((b"cookie", b"x"), (b"cookie", REDACTED), id="asgi"),
        pytest.param(("token", 12), ("token", 12), id="not-a-text"),
        pytest.param(("Accept", "x"), ("Accept", "x"), id="harmless"),
        pytest.param(
            {"name": "Cookie", "value": "x", "path": "/"},
            {"name": "Cookie", "value": REDACTED, "path": "/"},
            id="name-and-value",
        ),
        pytest.param(
            {"key": "password", "value": 7}, {"key": "password", "value": REDACTED}, id="key-and-value"
        ),
        pytest.param({"name": "page", "value": "x"}, {"name": "page", "value": "x"}, id="other-name"),
    ],
)  # fmt: skip
def test_pair_of_name_and_value_is_known(pair, expected):
    """Headers come as pairs, in the lists of ASGI and in recorded requests."""
    assert scrubbed([pair]) == [expected]


def test_input_is_never_changed():
    """The given structure is as it was, also in its depths."""
    given = {"a": [{"password": "x"}, ("token=y", b"token=z")], "b": {"c": ["Bearer fake0123"]}}
    before = deepcopy(given)

    scrubbed(given)

    assert given == before


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": {"b": [{"password": "x"}]}}, id="nested"),
        pytest.param({"password": {"user": "x"}, "page": [1, 2.5, True, None]}, id="whole-branch"),
        pytest.param([["Cookie", "x"], ["Accept", "y"]], id="pairs"),
        pytest.param([{"name": "Cookie", "value": "x"}], id="name-and-value"),
        pytest.param({"rows": [["token=x", "token=x"], "a\0token=y"]}, id="texts"),
        pytest.param({"4111111111111111": {"b": "c"}}, id="key"),
        pytest.param("token=x", id="text"),
        pytest.param(None, id="nothing"),
    ],
)
def test_json_is_cleaned_as_anything_else(value):
    """What a parser has just made comes to the same, only that it is changed in place."""
    expected = scrubbed(value)

    given = deepcopy(value)
    clean = scrubbed_json(given)

    assert clean == expected
    assert clean is given or type(value) is str


def test_result_shares_no_container_with_its_input():
    """Whoever changes the result does not change the original."""
    given = {"a": [1, 2], "b": {"c": {}}}

    clean = scrubbed(given)

    assert clean == given
    assert clean["a"] is not given["a"]
    assert clean["b"]["c"] is not given["b"]["c"]


def test_structure_that_contains_itself_keeps_its_form():
    """A circle stays a circle, without its secrets."""
    given = {"password": "x", "list": ["token=y"]}
    given["self"] = given
    given["list"].append(given["list"])

    clean = scrubbed(given)

    assert clean["self"] is clean
    assert clean["list"][1] is clean["list"]
    assert clean["password"] == REDACTED
    assert clean["list"][0] == f"token={REDACTED}"


def test_tuple_in_a_circle_ends():
    """A tuple that contains itself through a list is walked once."""
    inner = ["token=x"]
    given = (inner,)
    inner.append(given)

    clean = scrubbed(given)

    assert clean[0][0] == f"token={REDACTED}"
    assert isinstance(clean[0][1], tuple)


def test_shared_tuples_are_tuples_everywhere():
    """A tuple inside a tuple stays one, wherever else it stands and in whatever order it was met."""
    inner = ("token=x",)
    outer = (inner, 1)
    clean = (f"token={REDACTED}",)

    assert scrubbed([outer, inner, [outer]]) == [(clean, 1), clean, [(clean, 1)]]
    assert scrubbed([inner, {"a": outer}, outer]) == [clean, {"a": (clean, 1)}, (clean, 1)]


def test_structure_of_many_paths_is_walked_once():
    """Forty levels of pairs of the same list have a million million paths, and forty lists."""
    given = ["token=x"]
    for _ in range(40):
        given = [given, given]

    clean = scrubbed(given)

    for _ in range(40):
        clean = clean[1]
    assert clean == [f"token={REDACTED}"]


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"a": x}, lambda x: (x, 1)])
def test_depth_of_five_thousand(wrap):
    """No depth is too deep: nothing recurses."""
    given = "token=x"
    for _ in range(5000):
        given = wrap(given)

    clean = scrubbed(given)

    for _ in range(5000):
        clean = clean["a"] if isinstance(clean, dict) else clean[0]
    assert clean == f"token={REDACTED}"


class Hostile(Mapping):
    def __getitem__(self, key):
        raise RuntimeError("not today")

    def __iter__(self):
        raise RuntimeError("not today")

    def __len__(self):
        return 1


class HostileTuple(tuple):
    __slots__ = ()
    _fields = 7


@pytest.mark.parametrize("value", [Hostile(), HostileTuple((1, 2))])
def test_container_that_raises_is_named(value):
    """A container of somebody's own that fails is told by its type, and the rest stays."""
    clean = scrubbed({"bad": value, "token": "x"})

    assert "cannot be shown" in clean["bad"][0]
    assert clean["token"] == REDACTED


def test_other_objects_stay_as_they_are():
    """What is no container, text or bytes is not opened here: `shown` speaks of it later."""

    @dataclass
    class Order:
        token: str

    order, request = Order("x"), HttpRequest()

    assert scrubbed([order, request]) == [order, request]


def test_cookies_of_django_lose_their_values():
    """Morsels are dicts of attributes; the value of a cookie never comes through."""
    clean = scrubbed({"jar": SimpleCookie("id=fakesession1")})

    assert "fakesession1" not in str(clean)


def test_keys_are_left_alone_where_they_name_fields():
    """In validation errors a key names a field: its messages stay, secrets in them go."""
    details = {"password": ["This field is required."], "note": ["token=x"], "pair": ["pin", "no"]}

    assert scrubbed_texts(details) == {**details, "note": [f"token={REDACTED}"]}


CARD = "4111111111111111"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijk"


@pytest.mark.parametrize("scrub", [scrubbed, scrubbed_texts])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({CARD: 1}, {REDACTED: 1}, id="card"),
        pytest.param({"sk_live_abcdefghijklmnopqrst": 1}, {REDACTED: 1}, id="token"),
        pytest.param({"a": [{JWT: {"b": "c"}}]}, {"a": [{REDACTED: {"b": "c"}}]}, id="nested"),
        pytest.param({"x": (1, {CARD: (2,)})}, {"x": (1, {REDACTED: (2,)})}, id="in-tuples"),
        pytest.param({"db://u:hunter2@host": 1}, {f"db://{REDACTED}@host": 1}, id="address"),
        pytest.param(
            {"first": 1, CARD: 2, "last": 3}, {"first": 1, REDACTED: 2, "last": 3}, id="in-its-place"
        ),
        pytest.param(
            {CARD: 1, "5500005555555559": 2}, {REDACTED: 1, f"{REDACTED} (2)": 2}, id="two-cards"
        ),
    ],
)  # fmt: skip
def test_key_that_is_a_secret_goes(scrub, value, expected):
    """A client names its fields as it likes; what stands under them stays."""
    clean = scrub(value)

    assert clean == expected
    assert str(clean) == str(expected)


def test_project_names_secrets_of_its_own():
    """SENSITIVE_KEYS counts at once, in keys and in texts, however it is spelled."""
    assert not is_sensitive("passport_number")

    with override_settings(FIRELINE={"SENSITIVE_KEYS": ("passport_number",)}):
        assert scrubbed({"passportNumber": "x"}) == {"passportNumber": REDACTED}
        assert scrubbed_text("Passport-Number: X123") == f"Passport-Number: {REDACTED}"

    assert not is_sensitive("passport_number")


def test_django_settings_of_which_only_three_are_secret():
    """Of all settings that Django has, only those that hold secrets are taken for such."""
    from django.conf import global_settings

    sensitive = {name for name in dir(global_settings) if name.isupper() and is_sensitive(name)}

    # The last is a flag of Django 6.1: what falls back from a secret may be one.
    assert sensitive - {"SIGNED_COOKIE_LEGACY_SALT_FALLBACK"} == {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "EMAIL_HOST_PASSWORD",
    }
