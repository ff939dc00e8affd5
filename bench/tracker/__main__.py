"""
Accepting and digesting events of 25 kB, beside Bugsink and foxray: rates, CPU, bytes and memory.

    python -m bench.tracker [events] [--environments DIRECTORY]

Each runs on SQLite with two gunicorn workers and takes what eight connections send: first with its
digester stopped, which gives the rate of accepting, then with it alone, which gives the rate of
digesting. The CPU time is that of all its processes. Memory is measured last: Fireline's with the
digest in the web process, as it is without further settings. Peers get fewer events, for they are slower.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from bench.tracker.services import ROOT, Bugsink, Fireline, Foxray, Service

PATIENCE = 600
SHARES: dict[type[Service], float] = {Fireline: 1.0, Bugsink: 0.06, Foxray: 0.2}
"""Which part of the events each gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured of one tracker."""

    name: str
    events: int
    accepted: float
    """Events a second."""
    digested: float
    """Events a second."""
    cpu: float
    """Milliseconds of CPU for one event, accepting and digesting together."""
    bytes: float
    """Of database, for one event."""
    memory: float
    """PSS of all processes after the run, in MB."""


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The process and all its descendants."""
    first = psutil.Process(process.pid)
    return [first, *first.children(recursive=True)]


def cpu_of(processes: list[psutil.Process]) -> float:
    """The seconds of CPU that these have used."""
    return sum(times.user + times.system for times in (each.cpu_times() for each in processes))


def pss_of(processes: list[psutil.Process]) -> float:
    """Their memory in MB, what they share divided among those who share it."""
    return sum(each.memory_full_info().pss for each in processes) / 2**20


def wait_for_web(service: Service) -> None:
    """Until it answers at all."""
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{service.port}/").close()
        except URLError as error:
            if hasattr(error, "code"):
                return
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{service.name} does not answer, see {service.directory}/output.log")


def send(service: Service, first: int, count: int) -> float:
    """The seconds that it took until all of these events were accepted."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.tracker.load",
            service.url,
            service.key,
            str(first),
            str(count),
        ],
        check=False,
        cwd=ROOT,
        text=True,
        capture_output=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    seconds, *refused = done.stdout.split(maxsplit=1)
    if refused:
        raise RuntimeError(f"{service.name} has refused (status, events): {refused[0]}")
    return float(seconds)


def wait_for_digest(service: Service, count: int) -> int:
    """How many are stored, once there are so many."""
    until = time.monotonic() + PATIENCE
    while (stored := service.digested()) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{service.name} has digested {stored} of {count} events")
        time.sleep(0.02)
    return stored


def stop(*processes: subprocess.Popen[bytes] | None) -> None:
    """End what was started."""
    for process in filter(None, processes):
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measured(service: Service, count: int) -> Result:
    """One run of one tracker."""
    service.set_up()
    web = digester = None
    try:
        web = service.serve(BENCH_DIGEST="worker")
        wait_for_web(service)
        send(service, 0, 100)  # all code is loaded, all issues are there
        digester = service.digester()
        wait_for_digest(service, 100)
        stop(digester)
        before, empty = cpu_of(family(web)), service.bytes()
        accepting = send(service, 100, count)
        cpu = (cpu_of(family(web)) - before) / count
        digesting = accepting / count
        if digester := service.digester():
            first = wait_for_digest(service, 101)  # its start is over
            began, before = time.perf_counter(), cpu_of(family(digester))
            wait_for_digest(service, 100 + count)
            digesting = (time.perf_counter() - began) / (100 + count - first)
            cpu += (cpu_of(family(digester)) - before) / (100 + count - first)
        size = (service.bytes() - empty) / count
        if service.is_embedded:  # as most run it: a thread of the web process digests
            stop(web, digester)
            web, digester = service.serve(BENCH_DIGEST="thread"), None
            wait_for_web(service)
            send(service, 100 + count, 1000)
            wait_for_digest(service, 1100 + count)
        everyone = family(web) + (family(digester) if digester else [])
        return Result(
            name=service.name,
            events=count,
            accepted=count / accepting,
            digested=1 / digesting,
            cpu=cpu * 1000,
            bytes=size,
            memory=pss_of(everyone),
        )
    finally:
        stop(web, digester)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=10_000)
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path(tempfile.gettempdir()) / "fireline-bench",
        help="where the virtual environments of the peers are kept",
    )
    parser.add_argument("--only", choices=[each.name for each in SHARES])
    given = parser.parse_args()
    print("| tracker | events | accepted/s | digested/s | CPU ms | bytes | PSS MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for make, share in SHARES.items():
        if given.only in (None, make.name):
            with tempfile.TemporaryDirectory(prefix=f"bench-{make.name}-") as directory:
                service = make(Path(directory), given.environments)
                result = measured(service, int(given.events * share))
            print(
                f"| {result.name} | {result.events:,} | {result.accepted:,.0f} | {result.digested:,.0f}"
                f" | {result.cpu:.2f} | {result.bytes:,.0f} | {result.memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
