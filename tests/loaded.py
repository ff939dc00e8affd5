"""
Python processes that begin with Django loaded, which takes most others half a second of the CPU.

One process loads it, never sets it up, starts no thread, and forks for each run: everything
else is new, as in a process of its own. What measures or changes the loading itself starts its own.
"""

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
MODULES = (
    "django.contrib.contenttypes",
    "django.core.handlers.asgi",
    "django.core.handlers.wsgi",
    "django.core.management.commands.migrate",
    "django.core.management.commands.runserver",
    "django.db.backends.sqlite3.base",
    "django.test",
    "django.urls",
    "django.views.debug",
    "fireline.scrub",
    "fireline.tracker.grouping",
)
"""They keep nothing of the environment or the settings."""


def python(
    *arguments: str, env: Mapping[str, str], cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """What has become of `python ARGUMENTS`, where these are `-c SCRIPT ...` or `-m MODULE ...`."""
    with tempfile.TemporaryDirectory() as directory:
        output, errors = Path(directory, "output"), Path(directory, "errors")
        job = {
            "arguments": arguments,
            "env": dict(env),
            "cwd": str(cwd),
            "output": str(output),
            "errors": str(errors),
        }
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(f"{json.dumps(job)}\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.loaded"],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, os.getpid())
    return server


def _end(owner: int) -> None:
    if os.getpid() == owner:  # and no child that a test has forked
        _server().communicate()


def _serve() -> None:
    """Fork for each line that comes; only a child returns, after it has done its work."""
    for name in MODULES:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(**json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str], env: Mapping[str, str], cwd: str, output: str, errors: str) -> None:
    for place, flags, number in (
        (os.devnull, os.O_RDONLY, 0),
        (output, os.O_WRONLY | os.O_CREAT, 1),
        (errors, os.O_WRONLY | os.O_CREAT, 2),
    ):
        file = os.open(place, flags, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    if arguments[:2] == ["-W", "error"]:
        warnings.simplefilter("error")
        arguments = arguments[2:]
    option, what, *others = arguments
    sys.argv = [option, *others]
    sys.path[:0] = [cwd]
    if option == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), main.__dict__)


if __name__ == "__main__":
    _serve()
