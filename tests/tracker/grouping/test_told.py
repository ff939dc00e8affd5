"""What people read: headlines, and why an event has its fingerprint."""

import pytest

from fireline.tracker.grouping import VERSION, explained, fingerprint_of, headline_of
from tests.tracker.grouping.events import Event, bug, event, frame, frames, library, raised, said

VIEW = "shop.views:show"
STACK = (
    *frames("django.core.handlers.base:_get_response", "shop.views:show"),
    frame("shop.orders:pay"),
    frame("shop.orders:pay"),
    frame("shop.orders:<listcomp>"),
    library("django.db.models.query:get"),
)


@pytest.mark.parametrize(
    ("given", "type_", "message", "place"),
    [
        pytest.param(bug(*STACK, value="no row"), "ValueError", "no row", "shop.orders in pay", id="exception"),
        pytest.param(event(raised(VIEW), raised("shop.a:b", type="B", value="c")), "B", "c", "shop.a in b", id="what was raised last"),
        pytest.param(event(raised(VIEW), raised(type="B", value="c")), "B", "c", "shop.views in show", id="place of the cause"),
        pytest.param(said("a text", transaction="/a/"), "", "a text", "/a/", id="message"),
        pytest.param(
            {"logentry": {"message": "order %s", "formatted": "order 7"}}, "", "order 7", "", id="message as it was said"
        ),
        pytest.param({"logentry": {"message": "order %s"}}, "", "order %s", "", id="template where there is nothing else"),
        pytest.param(
            bug(type=None, value="text", mechanism={"synthetic": True}, platform="node"), "", "text", "", id="message of Node"
        ),
        pytest.param({}, "", "(no message)", "", id="nothing"),
        pytest.param(bug(frame("shop.a:Cart.pay.<locals>.Line.total")), "ValueError", "no such order", "shop.a in Line.total", id="class"),
        pytest.param(bug(value="\0a\ud800b"), "ValueError", "a?b", "", id="what no database takes"),
        pytest.param(bug(library("django.db:get")), "ValueError", "no such order", "django.db in get", id="library"),
        pytest.param(bug(type="T" * 999, value="m" * 9999), "T" * 200, "m" * 1000, "", id="too long"),
        pytest.param({"message": {"message": "a %s", "formatted": "a b"}}, "", "a b", "", id="message of an old SDK"),
    ],
)  # fmt: skip
def test_headline(given: Event, type_: str, message: str, place: str) -> None:
    """Type, message and place of an issue, fit for their columns."""
    headline = headline_of(given)

    assert (headline.type, headline.message, headline.place) == (type_, message, place)


def test_fingerprint_bears_its_version_and_parts() -> None:
    """What it was made of can be read."""
    fingerprint = fingerprint_of(bug(*STACK))

    assert fingerprint.version == VERSION == 1
    assert fingerprint.parts == (
        "type: ValueError", "frame: shop.orders in pay", "frame: shop.views in show",
    )  # fmt: skip


def test_stored_fingerprints_stay() -> None:
    """Version 1 gives the hash that it has always given: change the version instead."""
    assert fingerprint_of(bug(*STACK)).hash == "73a67deb09039982bb86259cc76ff379"


def test_each_frame_says_why() -> None:
    """Those that contribute are marked, the others bear their reason."""
    text = explained(bug(*STACK))

    assert f"Fingerprint {fingerprint_of(bug(*STACK)).hash}" in text
    assert text.splitlines()[-6:] == [
        "    - django.core.handlers.base in _get_response: of a library",
        "    + shop.views in show",
        "    + shop.orders in pay",
        "    - shop.orders in pay: has called itself, directly or through others",
        "    - <listcomp>: a comprehension: Python 3.12 has no frame for it",
        "    - django.db.models.query in get: of a library",
    ]


@pytest.mark.parametrize(
    ("given", "rules", "says"),
    [
        pytest.param(bug(VIEW), ("type:Value* -> x",), "the rule 'type:Value* -> x' fits", id="rule"),
        pytest.param({**bug(VIEW), "fingerprint": ["x"]}, (), "the client names it", id="client"),
        pytest.param({**bug(VIEW), "fingerprint": ["{{ default }}"]}, (), "nobody has named another", id="default"),
        pytest.param(said("order 7"), (), "message: order <int>", id="message"),
        pytest.param(said("order 7"), (), "There is no stack", id="no stack"),
        pytest.param(
            bug(VIEW, type=None, value="a", mechanism={"synthetic": True}, platform="node"), (),
            "its text counts instead", id="text",
        ),
        pytest.param(bug(library("django.db:get")), (), "the nearest 3, for there is no code", id="no code of its own"),
        pytest.param(bug(*frames("django.http:a", VIEW)), (), "what the client marks as in_app", id="marks"),
        pytest.param(event(raised("shop.a:b"), raised(VIEW)), (), "Cause: ValueError, outermost", id="cause"),
        pytest.param(
            bug(*frames("shop.m:time", "django.core.handlers.exception:inner", "shop.m:check")), (),
            "- shop.m in time: a middleware that has passed the request on", id="middleware",
        ),
        pytest.param(
            bug(*frames("shop.m:time", "django.core.handlers.base:_get_response", VIEW)), (),
            "- shop.m in time: outside of the view or task", id="outside",
        ),
    ],
)  # fmt: skip
def test_who_says_so(given: Event, rules: tuple[str, ...], says: str) -> None:
    """Whether a rule, the client or the event itself has decided, and by what."""
    assert says in explained(given, rules)


def test_many_frames_are_not_all_told() -> None:
    """The text stays short enough to be read."""
    text = explained(bug(*[f"shop.a:f{number}" for number in range(900)]))

    assert len(text.splitlines()) < 160
    assert "… 800 more" in text
    assert "far from what went wrong" in text


def test_what_nobody_has_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the grouping itself fails, the event is still stored, in an issue that can be seen."""

    def fail(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("fireline.tracker.grouping.grouped.reading_of", fail)
    monkeypatch.setattr("fireline.tracker.grouping.headline.reading_of", fail)

    assert fingerprint_of(bug(VIEW)).parts == ("cannot be read",)
    assert headline_of(bug(VIEW)).message == "(cannot be read)"
    assert explained(bug(VIEW)).startswith("This event cannot be read: RuntimeError")


@pytest.mark.parametrize("by", ["message", "frames", "transaction", "message+frames"])
def test_split_makes_finer(by: str) -> None:
    """Events that differ in this get two fingerprints, events that do not keep one."""
    one = {**bug(VIEW, library("django.a:b"), value="red"), "transaction": "/a/"}
    other = {**bug(VIEW, library("django.a:c"), value="blue"), "transaction": "/b/"}

    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one, (), by) != fingerprint_of(other, (), by)
    assert fingerprint_of(one, (), by) == fingerprint_of(one, (), by)
    assert fingerprint_of(one, (), by) != fingerprint_of(one)
