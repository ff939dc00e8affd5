"""
Renews the recorded events: `python -m tests.tracker.grouping.corpus.record`.

Each supported interpreter of this machine raises the bugs of `service`; of the events stays what the
grouping reads, with the paths of a deployment.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import sentry_sdk

HERE = Path(__file__).parent
SERVICE = HERE / "service"
OF_AN_EXCEPTION = ("type", "value", "module", "mechanism")
OF_A_FRAME = ("function", "module", "abs_path", "lineno", "context_line", "in_app")
MOST_FRAMES = 30


def raised_by(python: str) -> dict[str, Any]:
    """The events of all bugs, by the name of the bug and the way to it, from this interpreter."""
    packages = str(Path(sentry_sdk.__file__).parents[1])
    done = subprocess.run(
        [python, str(SERVICE / "raising.py")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": packages},
    )
    return {name: small(event) for name, event in json.loads(done.stdout).items()}


def small(event: dict[str, Any]) -> dict[str, Any]:
    """What of an event the grouping reads."""
    values = []
    for value in event["exception"]["values"]:
        kept = {name: value[name] for name in OF_AN_EXCEPTION if value.get(name) is not None}
        frames = (value.get("stacktrace") or {}).get("frames", ())
        kept["stacktrace"] = {"frames": [frame_of(frame) for frame in cut(list(frames))]}
        values.append(kept)
    return {"platform": event.get("platform", "python"), "exception": {"values": values}}


def cut(frames: list[Any]) -> list[Any]:
    """Of endless stacks enough."""
    if len(frames) <= MOST_FRAMES:
        return frames
    return frames[: MOST_FRAMES // 2] + frames[-MOST_FRAMES // 2 :]


def frame_of(frame: dict[str, Any]) -> dict[str, Any]:
    """What of a frame the grouping reads, somewhere else."""
    kept = {name: frame[name] for name in OF_A_FRAME if frame.get(name) is not None}
    for name in ("abs_path", "filename"):
        if name in kept:
            kept[name] = deployed(kept[name])
    return kept


def deployed(path: str) -> str:
    """The path on a server."""
    path = path.replace(str(SERVICE), "/srv/app")
    for mark in ("/lib/python", "/site-packages/"):
        if mark in path and not path.startswith("/srv"):
            return (
                "/opt/venv" + path[path.index("/lib/python") :] if "/lib/python" in path else path
            )
    return path


def main(*pythons: str) -> None:
    """Record all."""
    for python in pythons:
        version = subprocess.run(
            [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        events = raised_by(python)
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(event)}" for name, event in events.items()
        )
        (HERE / f"python-{version}.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
