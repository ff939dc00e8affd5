"""One trial: send, kill, wait, count."""

import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.running import PostgreSQL, Valkey
from tests.tracker.crash.running import Chaos, Service

HERE = Path(__file__).parent
PATIENCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of the events of one trial."""

    accepted: int
    stored: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    wrong_figures: tuple[str, ...]
    set_aside: int
    done: dict[str, int]
    """How often who was killed."""


def trial(
    directory: Path,
    events: int,
    *,
    every: int,
    pause: float,
    seed: int,
    node: Path,
    postgresql: PostgreSQL | None = None,
    valkey: Valkey | None = None,
) -> Verdict:
    """
    Send so many events by three kinds of client while everything is killed at random.

    Between two kills about `every` events are accepted; each client pauses so many seconds between two.
    """
    service = Service(directory, postgresql, valkey)
    try:
        dsn = service.set_up()
        service.keep_up()
        clients = _clients(service, dsn, node, str(events // 3), str(pause))
        with Chaos(service, seed, every) as chaos:
            for client in clients:
                client.wait()
        service.keep_up()
        accepted = {name: service.accepted(name) for name in ("python", "node", "own")}
        _wait_until_digested(service)
        return _verdict(service, accepted, chaos.done)
    finally:
        service.stop()


def _clients(service: Service, dsn: str, node: Path, *how: str) -> list[subprocess.Popen[bytes]]:
    # Modules are looked for beside the file that imports them, and nowhere else.
    script = node / "node_client.mjs"
    shutil.copy(HERE / "node_client.mjs", script)
    url = f"http://127.0.0.1:{service.port}/fail/"
    commands = {
        "python": [sys.executable, str(HERE / "python_client.py"), dsn],
        "node": ["node", str(script), dsn],
        "own": [sys.executable, str(HERE / "own_client.py"), url],
    }
    running = []
    for name, command in commands.items():
        with (
            (service.directory / f"accepted-{name}").open("ab") as output,
            (service.directory / f"client-{name}.log").open("ab") as errors,
        ):
            running.append(subprocess.Popen([*command, *how], stdout=output, stderr=errors))
    return running


def _wait_until_digested(service: Service) -> None:
    """Until nothing waits any more."""
    until = time.monotonic() + PATIENCE
    spool = service.spool()
    while spool.depth().entries:
        assert time.monotonic() < until, f"not digested: see {service.directory}"
        service.keep_up()
        if not service.postgresql:
            _ask(service)
        time.sleep(0.3)
    spool.close()


def _ask(service: Service) -> None:
    """A thread that digests starts with the first request of its process."""
    command = ["curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{service.port}/nothing/"]
    subprocess.run(command, check=False)


def _verdict(service: Service, accepted: dict[str, set[str]], done: dict[str, int]) -> Verdict:
    rows = service.query("SELECT event_id, error_id FROM fireline_tracker_event")
    by_event = Counter(row[0] for row in rows)
    by_error = Counter(row[1] for row in rows if row[1])
    sent = accepted["python"] | accepted["node"]
    missing = [each for each in sent if each not in by_event]
    missing += [each for each in accepted["own"] if each not in by_error]
    twice = [each for counts in (by_event, by_error) for each, n in counts.items() if n > 1]
    return Verdict(
        accepted=sum(map(len, accepted.values())),
        stored=len(rows),
        missing=tuple(missing),
        twice=tuple(twice),
        wrong_figures=tuple(_wrong_figures(service, len(rows))),
        set_aside=service.query("SELECT count(*) FROM fireline_tracker_setaside")[0][0],
        done=done,
    )


def _wrong_figures(service: Service, stored: int) -> list[str]:
    """The figures that do not say how many events there are."""
    figures = {
        "issues": "SELECT sum(event_count) FROM fireline_tracker_issue",
        "releases": "SELECT sum(event_count) FROM fireline_tracker_release",
    }
    found = {name: service.query(query)[0][0] or 0 for name, query in figures.items()}
    return [f"{name}: {figure} of {stored}" for name, figure in found.items() if figure != stored]
