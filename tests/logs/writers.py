"""
Processes that write one rotating file; run as a script by test_rotating.py.

    python writers.py separate|fork|fork-from-threads|spawn DIRECTORY PROCESSES LINES MAX_BYTES
"""

import logging
import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from fireline.logs.rotating import RotatingFile

BACKUPS = 1000  # enough for every line: a missing one is a lost one


def line_of(writer: int, number: int) -> str:
    """The line that this writer writes as its number so-and-so: about 200 bytes."""
    return f"{writer:02d}-{number:06d} " + chr(97 + writer % 26) * (170 + number % 40)


def handler_of(directory: str, max_bytes: int) -> RotatingFile:
    return RotatingFile(Path(directory) / "crm.log", max_bytes=max_bytes, backups=BACKUPS)


def write(handler: RotatingFile, writer: int, lines: int) -> None:
    logger = logging.getLogger(f"writers.{writer}")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    logging._srcfile = None  # who has called is not asked: it takes longer than the line
    for number in range(lines):
        logger.info(line_of(writer, number))


def separate(directory: str, processes: int, lines: int, max_bytes: int) -> None:
    """Processes that know nothing of each other: each makes a handler of its own."""
    waiting, ready = os.pipe()

    def work(writer: int) -> None:
        os.close(ready)
        handler = handler_of(directory, max_bytes)
        os.read(waiting, 1)  # until everybody is here
        write(handler, writer, lines)

    _fork(work, range(processes), then=lambda: os.close(ready))


def fork(directory: str, processes: int, lines: int, max_bytes: int) -> None:
    """A worker forks, as gunicorn does with --preload: all share what was opened before."""
    handler = handler_of(directory, max_bytes)
    _fork(lambda writer: write(handler, writer, lines), range(processes))


def fork_from_threads(directory: str, processes: int, lines: int, max_bytes: int) -> None:
    """The same while threads of the parent are writing, and rotating."""
    handler = handler_of(directory, max_bytes)
    threads = [
        threading.Thread(target=write, args=(handler, writer, lines))
        for writer in range(processes // 2)
    ]
    for thread in threads:
        thread.start()
    _fork(lambda writer: write(handler, writer, lines), range(processes // 2, processes))
    for thread in threads:
        thread.join()


def _fork(
    work: Callable[[int], None], writers: range, then: Callable[[], None] = lambda: None
) -> None:
    children = []
    for writer in writers:
        child = os.fork()
        if child == 0:
            try:
                work(writer)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    then()
    failed = [child for child in children if os.waitpid(child, 0)[1] != 0]
    assert not failed


def spawn(directory: str, processes: int, lines: int, max_bytes: int) -> None:
    """Workers of multiprocessing that start anew."""
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_spawned, args=(directory, writer, lines, max_bytes))
        for writer in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


def _spawned(directory: str, writer: int, lines: int, max_bytes: int) -> None:
    write(handler_of(directory, max_bytes), writer, lines)


if __name__ == "__main__":
    modes = {
        "separate": separate,
        "fork": fork,
        "fork-from-threads": fork_from_threads,
        "spawn": spawn,
    }
    modes[sys.argv[1]](sys.argv[2], *map(int, sys.argv[3:]))
