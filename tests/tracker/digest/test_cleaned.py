"""Frames that come again are searched for secrets once, and that shows nowhere."""

from copy import deepcopy
from typing import Any

import pytest

from bench.tracker.events import event as large
from fireline.scrub import scrubbed
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
    """An event is the same, key by key, whether its frames are known or not, and itself untouched."""
    event = large(number)
    given = deepcopy(event)

    first, again = without_secrets(event), without_secrets(event)

    assert first == again == scrubbed(event)
    assert event == given
    assert len(cleaned._known) > 10


def test_variables_of_known_frames_are_searched() -> None:
    """What differs from event to event is searched in each of them."""
    without_secrets(_event(name="Ada"))

    clean = without_secrets(_event(name="Ada", password="hunter2"))

    assert "hunter2" not in str(clean)
    assert clean == scrubbed(_event(name="Ada", password="hunter2"))


def test_frame_with_a_secret_is_never_known() -> None:
    """Source code that holds a secret is searched each time."""
    event = _event(line='password = "hunter2trustno1"')

    shown = [str(without_secrets(event)) for _ in range(3)]

    assert not any("hunter2trustno1" in each for each in shown)


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
    assert without_secrets(event) == without_secrets(event) == scrubbed(event)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends ever new frames fills no memory."""
    monkeypatch.setattr(cleaned, "MOST_KNOWN", 50)

    for number in range(500):
        without_secrets(_event(line=f"a = {number}"))

    assert len(cleaned._known) <= 50
