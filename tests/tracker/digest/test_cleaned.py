"""Frames that come again are searched for secrets once, and that shows nowhere."""

from copy import deepcopy
from typing import Any

import pytest

from bench.tracker.events import event as large
from fireline.scrub import REDACTED, scrubbed
from fireline.tracker.digest import cleaned
from fireline.tracker.digest.cleaned import without_secrets


@pytest.fixture(autouse=True)
def fresh() -> None:
    """No frame is known yet."""
    cleaned._known.clear()


def _event(line: str = "total = net + tax", **variables: Any) -> dict[str, Any]:
    frame = {"function": "pay", "lineno": 7, "context_line": line, "vars": variables}
    return {"exception": {"values": [{"type": "E", "stacktrace": {"frames": [frame, {}]}}]}}


@pytest.mark.parametrize("number", range(3))
def test_same_as_a_whole_search(number: int) -> None:
    """An event is the same, key by key, whether its frames are known or not."""
    event = large(number)

    first, again = without_secrets(deepcopy(event)), without_secrets(deepcopy(event))

    assert first == again == scrubbed(event)
    assert len(cleaned._known) > 10


def test_variables_of_known_frames_are_searched() -> None:
    """What differs from event to event is searched in each of them."""
    without_secrets(_event(name="Ada"))

    clean = without_secrets(_event(name="Ada", password="hunter2"))

    assert "hunter2" not in str(clean)
    assert clean == scrubbed(_event(name="Ada", password="hunter2"))


def test_frame_with_a_secret_is_never_known() -> None:
    """Source code that holds a secret is searched each time."""
    shown = [str(without_secrets(_event(line='password = "hunter2trustno1"'))) for _ in range(3)]

    assert not any("hunter2trustno1" in each for each in shown)
    assert shown[0] == shown[1] == shown[2]


def test_frame_with_a_secret_in_a_list_is_never_known() -> None:
    """Also where the frame is the same object before and after, and only what it holds is another."""

    def event() -> dict[str, Any]:
        found = _event()
        frame = found["exception"]["values"][0]["stacktrace"]["frames"][0]
        frame["pre_context"] = ["def pay():", 'token = "hunter2trustno1"']
        return found

    shown = [str(without_secrets(event())) for _ in range(3)]

    assert not any("hunter2trustno1" in each for each in shown)


def test_frame_under_the_name_of_a_secret_stays_away() -> None:
    """What a client calls a password goes whole, with the frames in it, known or not."""
    event = {"exception": {"values": [{"stacktrace": {"frames": [{"function": "pay"}]}}]}}
    without_secrets(deepcopy(event))

    clean = without_secrets({"exception": {"password": event, **event["exception"]}})

    assert clean["exception"] == {"password": REDACTED, **event["exception"]}


@pytest.mark.parametrize(
    "event",
    [
        None, [], "x", {"exception": None}, {"exception": {"values": [None, {"stacktrace": []}]}},
        {"exception": {"values": [{"stacktrace": {"frames": [None, 1, {"vars": 1}]}}]}},
        {"exception": {"values": ["password", {"stacktrace": {"frames": [{"a": 1}]}}]}},
        {"exception": {"values": [{"stacktrace": {"frames": ["password", {"a": "hunter2"}]}}]}},
        {"exception": {"values": [{"stacktrace": {"frames": [{"name": "password", "value": "h"}]}}]}},
    ],
)  # fmt: skip
def test_odd_events_are_searched_as_any(event: Any) -> None:
    """Whatever the shape, the answer is that of a whole search."""
    expected = scrubbed(event)

    assert without_secrets(deepcopy(event)) == without_secrets(deepcopy(event)) == expected


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends ever new frames fills no memory."""
    monkeypatch.setattr(cleaned, "MOST_KNOWN", 50)

    for number in range(500):
        without_secrets(_event(line=f"a = {number}"))

    assert len(cleaned._known) <= 50
