"""What real SDKs have sent of real bugs: one bug, one fingerprint, in every interpreter and browser."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from fireline.tracker.grouping import fingerprint_of, headline_of
from tests.tracker.grouping.corpus import record
from tests.tracker.grouping.events import Event

CORPUS = Path(__file__).parent / "corpus"
PYTHONS = ("python-3.11", "python-3.12", "python-3.13")
BROWSERS = ("chromium", "firefox", "safari")


def recorded(name: str) -> dict[str, Event]:
    """Events by `bug/way`."""
    events: dict[str, Event] = json.loads((CORPUS / f"{name}.json").read_text())
    return events


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(PYTHONS, id="three Pythons"),
        pytest.param(BROWSERS, id="three browsers"),
        pytest.param(("node",), id="two releases in Node"),
    ],
)
def test_bugs_are_told_apart(names: tuple[str, ...]) -> None:
    """As many fingerprints as bugs, and the same ones wherever and however they were raised."""
    hashes = defaultdict(set)
    for name in names:
        for way, event in recorded(name).items():
            hashes[way.partition("/")[0]].add(fingerprint_of(event).hash)

    split = [bug for bug, found in hashes.items() if len(found) > 1]
    assert not split
    assert len({hash_ for found in hashes.values() for hash_ in found}) == len(hashes)


@pytest.mark.parametrize("name", [*PYTHONS, *BROWSERS, "node"])
def test_bugs_have_headlines(name: str) -> None:
    """Each can be told by its type or message, and where its code has names by its place."""
    for event in recorded(name).values():
        headline = headline_of(event)

        assert headline.message or headline.type
        assert headline.place


def fingerprints(events: dict[str, Event]) -> dict[str, str]:
    """By `bug/way`."""
    return {way: fingerprint_of(event).hash for way, event in events.items()}


def raised_now(python: str) -> dict[str, str]:
    """Fingerprints of all bugs, raised by this interpreter in this moment."""
    return fingerprints(record.raised_by(python))


EXPECTED = "python-3.13"


def test_bugs_raised_now() -> None:
    """This interpreter's own events have the fingerprints of the recorded ones, wherever this checkout is."""
    assert raised_now(sys.executable) == fingerprints(recorded(EXPECTED))


def test_same_in_every_process() -> None:
    """No hash of Python's, which is another in each process, has a part in it."""
    code = (
        "import json, sys; from fireline.tracker.grouping import fingerprint_of;"
        "print([fingerprint_of(event).hash for event in json.load(open(sys.argv[1])).values()])"
    )
    seed = 1 + int(os.environ.get("PYTHONHASHSEED") == "1")  # another one than here
    done = subprocess.run(
        [sys.executable, "-c", code, str(CORPUS / "node.json")],
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"{[fingerprint_of(event).hash for event in recorded('node').values()]}\n"
