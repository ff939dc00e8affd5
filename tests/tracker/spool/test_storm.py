"""Nothing that was accepted is lost, whoever is killed."""

import json
import os
from collections import Counter
from pathlib import Path

from tests import loaded
from tests.running import valkey
from tests.tracker.spool import storm


def storm_over(place: str | Path, seconds: float) -> dict[str, object]:
    """What became of every entry; the processes are forked from one that has no threads."""
    said = loaded.python(
        "-m", "tests.tracker.spool.storm", str(place), str(seconds), "7", env=os.environ
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def is_as_promised(found: dict[str, object]) -> bool:
    """
    Every accepted entry was stored, none more often than digesters were killed.

    What was taken before comes alone: a kill costs one batch at most.
    """
    kills = Counter(found["kills"])
    return (
        found["lost"] == found["depth"] == found["broken"] == 0
        and found["accepted"]
        <= found["stored"]
        <= found["accepted"] + kills["write"] + storm.WRITERS
        and found["most_often"] <= 1 + kills["digest"]
        and found["twice"] <= storm.BATCH * kills["digest"]
    )


def test_killed_processes_lose_nothing_in_files(directory: Path) -> None:
    """Writers and digesters of a local spool die at any moment; every accepted entry is stored."""
    found = storm_over(directory, 1.0)

    assert found["accepted"]
    assert is_as_promised(found), found


def test_killed_processes_lose_nothing_in_redis() -> None:
    """The same with a stream, whose entries are taken over from dead digesters."""
    with valkey() as server:
        found = storm_over(server.url, 1.0)

    assert found["accepted"]
    assert is_as_promised(found), found
