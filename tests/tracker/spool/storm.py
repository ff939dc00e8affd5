"""
Writers and digesters of one spool, killed at random: `python -m tests.tracker.spool.storm PLACE SECONDS SEED`.

One process forks them all, as a server does, and kills one every few hundredths of a second. A
writer notes what was accepted, a digester what it stores before it says done; the notes survive
them as the spool's entries do. Prints what was found as JSON.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from fireline.tracker.spool import Spool
from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import entry

WRITERS = 4
BATCH = 50
MEGABYTE = 1024 * 1024


def opened(place: str, digesters: int) -> Spool:
    """The spool at this place."""
    if place.startswith("redis"):
        from fireline.tracker.spool.streams import RedisSpool

        return RedisSpool(place, 256 * MEGABYTE, claim_after=3.0 if digesters else 60.0)
    return LocalSpool(place, 256 * MEGABYTE)


def write(spool: Spool, notes: Path) -> None:
    """Accept envelopes of all sizes for ever, a few thousand a second at most."""
    random.seed(os.getpid())
    file = os.open(notes, os.O_WRONLY | os.O_APPEND)
    while True:
        accepted = entry(random.randbytes(random.choice((100, 3_000, 25_000, 200_000))))
        spool.put(accepted)
        os.write(file, f"{accepted.id}\n".encode())
        time.sleep(0.001)


def digest(spool: Spool, notes: Path) -> None:
    """Store for ever; now and then the database is away."""
    file = os.open(notes, os.O_WRONLY | os.O_APPEND)
    while True:
        taken = spool.take(BATCH)
        if taken and random.random() < 0.1:
            spool.give_back(taken)
        elif taken:
            os.write(file, "".join(f"{each.entry.id}\n" for each in taken).encode())
            spool.done(taken)
        else:
            time.sleep(0.002)


def forked(work, *arguments) -> int:
    """A child that does this until it is killed."""
    child = os.fork()
    if not child:
        try:
            work(*arguments)
        finally:
            os._exit(1)
    return child


def main(place: str, seconds: float, seed: int, digesters: int = 2) -> dict[str, object]:
    """What became of every entry."""
    random.seed(seed)
    spool = opened(place, digesters)
    with tempfile.TemporaryDirectory() as directory:
        accepted, stored = Path(directory, "accepted"), Path(directory, "stored")
        accepted.touch()
        stored.touch()
        work = [(write, accepted)] * WRITERS + [(digest, stored)] * digesters
        children = [forked(each, spool, notes) for each, notes in work]
        kills = Counter[str]()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(random.uniform(0.01, 0.08))
            which = random.randrange(len(work))
            os.kill(children[which], signal.SIGKILL)
            _, status = os.waitpid(children[which], 0)
            assert os.WIFSIGNALED(status), f"{work[which][0].__name__} failed by itself"
            kills[work[which][0].__name__] += 1
            children[which] = forked(work[which][0], spool, work[which][1])
        for child in children[:WRITERS]:
            os.kill(child, signal.SIGKILL)
        until = time.monotonic() + 120
        while spool.depth().entries and time.monotonic() < until:
            time.sleep(0.05)
        for child in children[WRITERS:]:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        ids = accepted.read_text().split()
        counts = Counter(stored.read_text().split())
    return {
        "accepted": len(ids),
        "lost": len([each for each in ids if not counts[each]]),
        "stored": len(counts),
        "most_often": max(counts.values()),
        "twice": sum(counts.values()) - len(counts),
        "kills": kills,
        "depth": spool.depth().entries,
        "torn": spool.depth().torn,
        "broken": spool.depth().broken,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
