"""
The CPU time of requests with Fireline beside those of bare Django, interleaved in one run.

`python bench/cpu_ratio.py` runs each variant in a process of its own, in turn, and prints the median
of the ratios: times of one moment are compared with each other, because the machine's speed drifts.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 7
REQUESTS = {"plain": 4000, "broken": 400}
PATHS = {"plain": "/plain/7/", "broken": "/broken/"}


def microseconds(variant: str, kind: str) -> float:
    """Microseconds of CPU time for one request."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [sys.executable, __file__, variant, kind, directory],
            check=True,
            capture_output=True,
            text=True,
            cwd=HERE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": ""},
        )
        return float(done.stdout)


def _measure(variant: str, kind: str, directory: str) -> None:
    """The child: warm up, then measure."""
    import variants

    variants.set_up(variant, directory)
    variants.requests(PATHS[kind], 200)
    start = time.process_time()
    variants.requests(PATHS[kind], REQUESTS[kind])
    print((time.process_time() - start) / REQUESTS[kind] * 1e6)


def main() -> None:
    """Print a line for each kind of request."""
    for kind in PATHS:
        pairs = [
            (microseconds("bare", kind), microseconds("fireline", kind)) for _ in range(ROUNDS)
        ]
        ratio = statistics.median(ours / bare for bare, ours in pairs)
        bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{kind}: bare {bare:.0f} us, with Fireline {ours:.0f} us, ratio {ratio:.2f}")


if __name__ == "__main__":
    _measure(*sys.argv[1:]) if len(sys.argv) == 4 else main()
