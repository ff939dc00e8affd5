"""A small trial of each kind; the large one is `python -m tests.tracker.crash 20000`."""

from pathlib import Path

from tests.running import postgresql, valkey
from tests.tracker.crash.trial import trial
from tests.tracker.ingest import clients

EVENTS = 150
PACE = {"every": 8, "pause": 0.05}


def test_sqlite_and_files_lose_nothing(tmp_path: Path) -> None:
    """Whoever is killed: each event that was accepted is stored exactly once, and counted once."""
    node = clients.installed()

    verdict = trial(tmp_path, EVENTS, **PACE, seed=1, node=node)

    assert (verdict.missing, verdict.twice, verdict.wrong_figures) == ((), (), ())
    assert verdict.accepted > EVENTS / 2
    assert verdict.set_aside == 0
    assert len(verdict.done) == 3, verdict.done


def test_postgresql_and_redis_lose_nothing(tmp_path: Path) -> None:
    """The same with two workers that share a stream, while both servers crash."""
    node = clients.installed()

    with postgresql() as database, valkey(is_durable=True) as stream:
        verdict = trial(
            tmp_path,
            EVENTS,
            **PACE,
            seed=2,
            node=node,
            postgresql=database,
            valkey=stream,
        )

    assert (verdict.missing, verdict.twice, verdict.wrong_figures) == ((), (), ())
    assert verdict.accepted > EVENTS / 2
    assert verdict.set_aside == 0
    assert len(verdict.done) == 5, verdict.done
