"""
Counts the instructions of one request with valgrind's callgrind, which repeats within 1 %.

`python bench/instructions.py` prints a table: bare Django beside Django with Fireline, with Fireline
and its tracker, and with sentry-sdk alone; a plain request, one that leaves breadcrumbs, and one that
fails. Counted on the interpreter that runs it.
"""

import gc
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PATHS = {"plain": "/plain/7/", "busy": "/busy/7/", "broken": "/broken/"}
WARM_UP, COUNTED = 30, {"plain": 100, "busy": 60, "broken": 30}
"""Requests; a hundred more change the count by less than 1 %."""


def thousand_instructions(variant: str, kind: str) -> float:
    """Thousand instructions of one request of this kind, in this variant of the service."""
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "callgrind.out"
        subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--instr-atstart=no",
                f"--callgrind-out-file={output}",
                sys.executable,
                __file__,
                variant,
                kind,
                directory,
            ],
            check=True,
            capture_output=True,
            cwd=HERE,
            env={**os.environ, "PYTHONHASHSEED": "0", "DJANGO_SETTINGS_MODULE": ""},
        )
        total = re.search(r"^totals: (\d+)", output.read_text(), re.MULTILINE)
        if total is None:
            raise RuntimeError("callgrind wrote no total")
        return int(total[1]) / COUNTED[kind] / 1000


def _count(variant: str, kind: str, directory: str) -> None:
    """The child: warm up, then count until the end."""
    import variants

    variants.set_up(variant, directory)
    variants.requests(PATHS[kind], WARM_UP)
    gc.collect()  # both begin at the same point of its cycle
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], check=True)
    variants.requests(PATHS[kind], COUNTED[kind])
    os._exit(0)  # what Python does at its end is not part of a request


def main() -> None:
    """Print the table."""
    for kind in PATHS:
        bare = thousand_instructions("bare", kind)
        print(f"{kind}: bare {bare:,.0f} thousand")
        for variant in ("fireline", "tracker", "sentry"):
            ours = thousand_instructions(variant, kind)
            print(f"{kind}: {variant} {ours:,.0f} thousand ({ours - bare:+,.0f})")


if __name__ == "__main__":
    _count(*sys.argv[1:]) if len(sys.argv) == 4 else main()
