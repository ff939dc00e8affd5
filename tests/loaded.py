"""
Python processes that begin with Django loaded, which takes most others half a second of the CPU.

One process loads it, never sets it up, starts no thread, and forks for each run: everything
else is new, as in a process of its own. What measures or changes the loading itself starts its own.
Who wants more loaded has a process apart: others see none of it.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    *arguments: str, env: Mapping[str, str], cwd: Path = ROOT, also: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """
    What has become of `python ARGUMENTS`: `-c SCRIPT ...`, `-m MODULE ...` or `FILE ...`.

    `also` names modules that it needs besides, and that keep as little.
    """
    with tempfile.TemporaryDirectory() as directory:
        output, errors = Path(directory, "output"), Path(directory, "errors")
        child = _forked(arguments, env, cwd, also, output, errors)
        code = _told(also, wait=child)
        assert code is not None
        return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


def started(
    *arguments: str,
    env: Mapping[str, str],
    output: Path,
    cwd: Path = ROOT,
    also: Sequence[str] = (),
) -> "Process":
    """The same without waiting for it, such as a server; what it writes goes to one file."""
    output.touch()
    return Process(_forked(arguments, env, cwd, also, output, output), also)


@dataclass
class Process:
    """A process that was started so, with the ways of subprocess.Popen."""

    pid: int
    also: Sequence[str]
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        if self.returncode is None:
            self.returncode = _told(self.also, poll=self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit status, as soon as it has ended."""
        until = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing, if it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def _forked(
    arguments: Sequence[str],
    env: Mapping[str, str],
    cwd: Path,
    also: Sequence[str],
    output: Path,
    errors: Path,
) -> int:
    run = {
        "arguments": arguments,
        "env": dict(env),
        "cwd": str(cwd),
        "output": str(output),
        "errors": str(errors),
    }
    child = _told(also, run=run)
    assert child
    return child


def _told(also: Sequence[str], **job: object) -> int | None:
    server = _server(*also)
    assert server.stdin
    assert server.stdout
    server.stdin.write(f"{json.dumps(job)}\n")
    server.stdin.flush()
    number: int | None = json.loads(server.stdout.readline())
    return number


@cache
def _server(*also: str) -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.loaded", *also],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, server, os.getpid())
    return server


def _end(server: subprocess.Popen[str], owner: int) -> None:
    if os.getpid() == owner:  # and no child that a test has forked
        server.communicate()


def _serve() -> None:
    """Fork for each line that wants it; only a child returns, after it has done its work."""
    for name in (*MODULES, *sys.argv[1:]):
        import_module(name)
    gc.freeze()  # or each child goes through all of it once more at its end
    for line in sys.stdin:
        match json.loads(line):
            case {"run": run}:
                number = os.fork()
                if number == 0:
                    _run(**run)
                    return
            case {"wait": child}:
                number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            case {"poll": child}:
                ended, status = os.waitpid(child, os.WNOHANG)
                number = os.waitstatus_to_exitcode(status) if ended else None
        print(json.dumps(number), flush=True)


def _run(arguments: list[str], env: Mapping[str, str], cwd: str, output: str, errors: str) -> None:
    for place, flags, number in (
        (os.devnull, os.O_RDONLY, 0),
        (output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1),
        (errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 2),
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
    if not arguments[0].startswith("-"):
        sys.argv = arguments
        sys.path[:0] = [str(Path(arguments[0]).parent)]
        runpy.run_path(arguments[0], run_name="__main__")
        return
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
