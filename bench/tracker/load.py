"""
Eight connections that send events as fast as they are taken; run in a process of its own.

    python -m bench.tracker.load http://127.0.0.1:8000/api/1/envelope/ KEY FIRST COUNT
"""

import http.client
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from threading import Barrier, Thread
from time import perf_counter
from urllib.parse import urlsplit

from bench.tracker.events import envelope

PROCESSES = 2
CONNECTIONS = 8


def send(url: str, key: str, first: int, count: int) -> tuple[float, float, list[int]]:
    """When it began and ended, and the statuses of the answers that accepted nothing; 0 is none."""
    where = urlsplit(url)
    each = CONNECTIONS // PROCESSES
    bodies = [[envelope(first + n) for n in range(i, count, each)] for i in range(each)]
    headers = {
        "Content-Type": "application/x-sentry-envelope",
        "Content-Encoding": "gzip",
        "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client=sentry.python/2.75.0, sentry_key={key}",
    }
    refused: list[int] = []
    ready = Barrier(each + 1)

    def work(mine: list[bytes]) -> None:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        ready.wait()
        for body in mine:
            try:
                connection.request("POST", where.path, body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    refused.append(answer.status)
            except (OSError, http.client.HTTPException):
                refused.append(0)
                connection.close()
        connection.close()

    threads = [Thread(target=work, args=[mine]) for mine in bodies]
    for thread in threads:
        thread.start()
    ready.wait()
    began = perf_counter()
    for thread in threads:
        thread.join()
    return began, perf_counter(), refused


def main() -> None:
    """Print the seconds it took, and what refused how many."""
    url, key = sys.argv[1], sys.argv[2]
    first, count = int(sys.argv[3]), int(sys.argv[4])
    share = count // PROCESSES
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        runs = [pool.submit(send, url, key, first + n * share, share) for n in range(PROCESSES)]
        ends = [run.result() for run in runs]
    began, ended = min(end[0] for end in ends), max(end[1] for end in ends)
    print(ended - began, *Counter(status for end in ends for status in end[2]).items())


if __name__ == "__main__":
    main()
