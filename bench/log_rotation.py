"""
Eight processes on one rotating file: how fast, and how many lines are lost.

    python bench/log_rotation.py

Interleaved in one run, because machines have moods; concurrent-log-handler joins where it is
installed.
"""

import logging
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from logging.handlers import RotatingFileHandler
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

PROCESSES = 8
LINES = 200_000
LENGTH = 200
ROUNDS = 5
BACKUPS = 200  # enough for every line, so that a missing one is a lost one
GOAL = 0.85

Maker = Callable[[Path, int], logging.Handler]


def fireline(path: Path, size: int) -> logging.Handler:
    """Fireline's handler."""
    from fireline.logs.rotating import RotatingFile

    return RotatingFile(path, max_bytes=size, backups=BACKUPS)


def stdlib(path: Path, size: int) -> logging.Handler:
    """What the standard library offers, for one process."""
    return RotatingFileHandler(path, maxBytes=size, backupCount=BACKUPS)


def concurrent(path: Path, size: int) -> logging.Handler:
    """What people use for several processes."""
    from concurrent_log_handler import ConcurrentRotatingFileHandler

    handler: logging.Handler = ConcurrentRotatingFileHandler(
        str(path), maxBytes=size, backupCount=BACKUPS
    )
    return handler


def lines_of(process: int, lines: int) -> list[str]:
    """What one process writes; every line says who wrote it, and which it is."""
    rest = "x" * LENGTH
    return [f"{process:02d}-{number:06d} {rest}"[: LENGTH - 1] for number in range(lines)]


def run(make: Maker, size: int) -> tuple[float, int]:
    """Lines a second, and how many lines are not there afterwards."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "bench.log"
        start = context.Barrier(PROCESSES + 1)
        writers: list[Any] = [
            context.Process(target=_write, args=(make, path, size, number, start))
            for number in range(PROCESSES)
        ]
        for writer in writers:
            writer.start()
        start.wait()
        since = perf_counter()
        for writer in writers:
            writer.join()
        took = perf_counter() - since
        found = {line for file in Path(directory).iterdir() for line in _read(file)}
    expected = {
        line.encode()
        for number in range(PROCESSES)
        for line in lines_of(number, LINES // PROCESSES)
    }
    return LINES / took, len(expected - found)


def _read(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines() if file.name.startswith("bench.log") else []


def _write(make: Maker, path: Path, size: int, number: int, start: Any) -> None:
    logger = logging.getLogger("bench")
    logger.propagate = False
    logger.setLevel("INFO")
    logger.addHandler(make(path, size))
    lines = lines_of(number, LINES // PROCESSES)
    logging.raiseExceptions = False  # the standard handler fails aloud where its file has gone
    start.wait()
    for line in lines:
        logger.info(line)


def main() -> None:
    makers: dict[str, Maker] = {"RotatingFileHandler": stdlib, "RotatingFile": fireline}
    if find_spec("concurrent_log_handler"):
        makers["ConcurrentRotatingFileHandler"] = concurrent
    for size in (10 * 1024 * 1024, 256 * 1024):
        rounds = [{name: run(make, size) for name, make in makers.items()} for _ in range(ROUNDS)]
        print(f"{LINES:,} lines by {PROCESSES} processes, rotated at {size // 1024:,} kB")
        for name in makers:
            speed = median(results[name][0] for results in rounds)
            ratio = median(
                results[name][0] / results["RotatingFileHandler"][0] for results in rounds
            )
            lost = max(results[name][1] for results in rounds)
            print(
                f"  {name:30} {speed:9,.0f} lines/s {ratio:6.0%} {lost / LINES:7.1%} lost ({lost})"
            )
    print(f"goal: none lost, at least {GOAL:.0%} of RotatingFileHandler's speed")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
    main()
