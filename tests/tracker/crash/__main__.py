"""The large trial, by hand; the small one is a test."""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.running import postgresql, valkey
from tests.tracker.crash.trial import trial
from tests.tracker.ingest import clients


def main() -> None:
    """Print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=400, help="events between two kills")
    parser.add_argument("--pause", type=float, default=0, help="of each client, in seconds")
    given = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="fireline-crash-"))
    began = time.monotonic()
    with ExitStack() as stack:
        servers = {}
        if given.store == "postgresql":
            servers = {
                "postgresql": stack.enter_context(postgresql()),
                "valkey": stack.enter_context(valkey(is_durable=True)),
            }
        verdict = trial(
            directory,
            given.events,
            every=given.every,
            pause=given.pause,
            seed=given.seed,
            node=clients.installed(),
            **servers,
        )
    print(f"{given.store}, {time.monotonic() - began:.0f} s, {directory}")
    print(f"killed: {verdict.done}")
    print(f"accepted {verdict.accepted}, stored {verdict.stored}, set aside {verdict.set_aside}")
    print(f"missing {verdict.missing}, twice {verdict.twice}, figures {verdict.wrong_figures}")


if __name__ == "__main__":
    main()
