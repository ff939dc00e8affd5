"""Events are written by attackers: nothing raises, nothing takes long, whatever is in them."""

import random
import time
from typing import Any

import pytest

from fireline.tracker.grouping import explained, fingerprint_of, headline_of
from tests.tracker.grouping.events import Event, bug, event, frame, library, raised, said

RULES = ("type:a* message:*b -> {{ default }}", "module:x !function:y tags.z:1 -> {{ type }}")

NESTED: list[Any] = []
NESTED.append(NESTED)
JUNK: list[Any] = [
    None, True, 0, -1, 10**400, 1.5, float("nan"), "", "a", "\0", "\ud800", "{{ default }}", "a" * 2_000_000, [], [[]], {}, {"": None},
    b"bytes", {"values": None}, {"values": [None, [], "a"]}, NESTED, {"frames": [None, 7, {}]}, {1: 2}, object(),
]  # fmt: skip
FIELDS = (
    "exception", "threads", "stacktrace", "logentry", "message", "platform", "fingerprint", "tags", "logger", "transaction", "level",
)  # fmt: skip
OF_AN_EXCEPTION = ("type", "value", "module", "mechanism", "stacktrace")
OF_A_FRAME = (
    "function", "module", "filename", "abs_path", "lineno", "colno", "context_line", "in_app", "platform", "package",
)  # fmt: skip
OF_A_MECHANISM = ("synthetic", "exception_id", "parent_id", "is_exception_group", "source")


def read_all(given: Any) -> None:
    """Whatever readers ask for."""
    fingerprint = fingerprint_of(given, RULES, "message+frames+transaction")
    assert len(fingerprint.hash) == 32
    assert fingerprint.parts != ("cannot be read",)
    headline = headline_of(given)
    assert len(headline.type) <= 200
    assert len(headline.message) <= 1000
    assert len(headline.place) <= 300
    f"{headline}{explained(given, RULES)}".encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_anything_anywhere(number: int) -> None:
    """Any value in the place of any field is read, and the rest still counts."""
    junk = JUNK[number]
    read_all(junk)
    for field in FIELDS:
        read_all({**bug("a:b"), field: junk})
    for field in OF_AN_EXCEPTION:
        read_all(event({**raised("a:b"), field: junk}))
    for field in OF_A_FRAME:
        read_all(bug("a:b", {**frame("c:d"), field: junk}))
        read_all(bug({**frame("c:d"), field: junk}, platform="javascript"))
    for field in OF_A_MECHANISM:
        read_all(
            event(
                raised(
                    "a:b", mechanism={"exception_id": 0, "is_exception_group": True, field: junk}
                )
            )
        )


def test_what_is_broken_does_not_hide_the_rest() -> None:
    """A frame of nonsense beside good ones changes nothing."""
    broken = bug("shop.views:show")
    broken["exception"]["values"][0]["stacktrace"]["frames"][:0] = [None, 7, "text"]

    assert fingerprint_of(broken) == fingerprint_of(bug("shop.views:show"))


def made(chance: random.Random, depth: int = 0) -> Any:
    """Any JSON."""
    kind = chance.randrange(8 if depth < 4 else 6)
    if kind == 6:
        return [made(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        names = chance.sample(
            (*FIELDS, *OF_AN_EXCEPTION, *OF_A_FRAME, *OF_A_MECHANISM, "values", "frames"), 5
        )
        return {name: made(chance, depth + 1) for name in names}
    return (None, True, chance.randrange(-5, 5), "a.b", "<listcomp>", "async*x/<")[kind]


def test_random_events() -> None:
    """Whatever comes out of a dice cup is read."""
    chance = random.Random(6)
    for _ in range(300):
        read_all({name: made(chance) for name in FIELDS})


def test_exceptions_that_are_their_own_parents() -> None:
    """Ids that lead in a circle end somewhere."""
    values = [
        raised("a:b", mechanism={
            "exception_id": number % 3, "parent_id": (number + 1) % 3, "is_exception_group": True, "source": "exceptions[0]",
        })
        for number in range(50)
    ]  # fmt: skip

    read_all(event(*values))


def stack(*functions: str, **fields: Any) -> Event:
    """An event with so many frames, each with names of its own."""
    return event(
        {
            "type": "E",
            "stacktrace": {
                "frames": [{"function": name, "in_app": True, **fields} for name in functions]
            },
        }
    )


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(stack(*map(str, range(10_000))), id="10,000 frames"),
        pytest.param(stack(*map(str, range(5_000)), *map(str, range(5_000))), id="a cycle of 5,000"),
        pytest.param(stack(*["a", "b", "c"] * 3_333), id="3,333 cycles"),
        pytest.param(stack("a" * 1_000_000, module="b." * 500_000, abs_path="/" * 1_000_000), id="megabytes of names"),
        pytest.param(event(*[raised("a:b", type="E" * 100_000)] * 10_000), id="10,000 causes"),
        pytest.param(said("'" * 1_000_000), id="a megabyte of message"),
        pytest.param({**said("a"), "fingerprint": ["{{ default }}"] * 100_000}, id="100,000 fingerprints"),
        pytest.param({**said("a"), "fingerprint": ["{{ " * 100_000]}, id="a fingerprint of braces"),
        pytest.param({**said("a"), "threads": [{}] * 100_000}, id="100,000 threads"),
    ],
)  # fmt: skip
def test_bounded_time(given: Event) -> None:
    """However much there is, little is read; nobody waits for a tenth of a second."""
    begun = time.process_time()
    fingerprint_of(given)

    assert time.process_time() - begun < 0.3


def test_an_ordinary_event_takes_a_tenth_of_a_millisecond() -> None:
    """Forty frames, thirty of them Django's; thrice that is allowed, for machines are busy."""
    whole = [
        *[library(f"django.core.part{number}:call") for number in range(30)],
        *map(frame, [f"shop.part{number}:call" for number in range(10)]),
    ]
    events = [bug(*[{**one} for one in whole]) for _ in range(20)]
    times = []
    for _ in range(30):
        begun = time.process_time()
        for given in events:
            fingerprint_of(given)
        times.append((time.process_time() - begun) / len(events))

    assert min(times) < 0.0003


@pytest.mark.parametrize(
    "run", ["a", "*", ".", "<", "async ", "a*", "new ", "$$", "_1", "/", "\\", "block in ", "0x", "[as ", "`1", "<>c", "lambda$"]
)  # fmt: skip
@pytest.mark.parametrize("platform", ["python", "javascript", "node", "java", "ruby", "csharp"])
def test_long_names_take_no_time(platform: str, run: str) -> None:
    """No pattern for names looks back and forth."""
    name = run * 1000
    given = bug({"function": name, "module": name, "filename": name}, platform=platform)
    begun = time.process_time()
    fingerprint_of(given)

    assert time.process_time() - begun < 0.05


def test_parts_cannot_be_forged() -> None:
    """Texts that look like the borders of parts do not make another event's fingerprint."""
    one = {**said("x"), "fingerprint": ["a", "b"]}
    other = {**said("x"), "fingerprint": ['a", "fingerprint: b']}

    assert fingerprint_of(one) != fingerprint_of(other)
