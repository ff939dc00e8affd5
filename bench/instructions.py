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
import traceback
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent
VARIANTS = ("bare", "fireline", "tracker", "sentry")
PATHS = {"plain": "/plain/7/", "busy": "/busy/7/", "broken": "/broken/"}
WARM_UP, COUNTED = 10, {"plain": 100, "busy": 60, "broken": 30}
"""Requests; a hundred more change the count by less than 1 %."""
OF_DEAR_ONES = 10
"""Of failures that cost ten million instructions each."""


def thousand_instructions(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """
    Thousand instructions of one request, by variant of the service and kind of request.

    All of them in one run: under valgrind it takes longer to load Django than to serve the requests.
    """
    pairs = list(wanted)
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--instr-atstart=no",
                # Without it callgrind_control finds no forked child; other programs are not looked at.
                "--trace-children=yes",
                "--trace-children-skip=*",
                f"--callgrind-out-file={directory}/%p",
                sys.executable,
                __file__,
                directory,
                *map(":".join, pairs),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=HERE,
            env={**os.environ, "PYTHONHASHSEED": "0", "DJANGO_SETTINGS_MODULE": ""},
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return {
            (variant, kind): _total(Path(directory, variant, kind))
            / _requests(variant, kind)
            / 1000
            for variant, kind in pairs
        }


def _requests(variant: str, kind: str) -> int:
    is_dear = kind == "broken" and variant != "fireline"
    return OF_DEAR_ONES if is_dear else COUNTED[kind]


def _total(output: Path) -> int:
    total = re.search(r"^totals: (\d+)", output.read_text(), re.MULTILINE)
    if total is None:
        raise RuntimeError("callgrind wrote no total")
    return int(total[1])


def _count_all(directory: str, *pairs: str) -> None:
    """The child: a fork for each variant, and in it one for each kind, so that none has seen another."""
    import variants  # with Django, once for all of them

    kinds: dict[str, list[str]] = {}
    for pair in pairs:
        variant, _, kind = pair.partition(":")
        kinds.setdefault(variant, []).append(kind)

    def count_variant(variant: str) -> None:
        place = Path(directory, variant)
        place.mkdir()
        variants.set_up(variant, str(place))
        for kind in kinds[variant]:
            counted = _forked(lambda kind=kind: _count(PATHS[kind], _requests(variant, kind)))
            Path(directory, str(counted)).rename(place / kind)

    for variant in kinds:
        _forked(lambda variant=variant: count_variant(variant))


def _count(path: str, requests: int) -> None:
    """Warm up, then count until the end."""
    import variants

    variants.requests(path, WARM_UP)
    gc.collect()  # all begin at the same point of its cycle
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], check=True)
    variants.requests(path, requests)


def _forked(work: Callable[[], None]) -> int:
    """Do this in a child, and return its id; what Python does at its end is not part of a request."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("A child has failed; what it said is above.")
    return child


def main() -> None:
    """Print the table."""
    counted = thousand_instructions(product(VARIANTS, PATHS))
    for kind in PATHS:
        bare = counted["bare", kind]
        print(f"{kind}: bare {bare:,.0f} thousand")
        for variant in VARIANTS[1:]:
            ours = counted[variant, kind]
            print(f"{kind}: {variant} {ours:,.0f} thousand ({ours - bare:+,.0f})")


if __name__ == "__main__":
    _count_all(*sys.argv[1:]) if sys.argv[1:] else main()
