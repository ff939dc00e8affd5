"""The three trackers: how each is installed, set up, started, and asked what it has digested."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """One tracker, with a directory and a port of its own, served by two gunicorn workers."""

    directory: Path
    environments: Path
    """Where the peers' virtual environments are, or are made."""

    name: ClassVar[str]
    application: ClassVar[str]
    count_query: ClassVar[str]
    is_embedded: ClassVar = False
    """Whether the web process can digest in a thread of its own."""

    def __post_init__(self) -> None:
        self.port = free_port()
        self.url = self.key = ""

    @property
    def bin(self) -> Path:
        """Where the programs of its environment are."""
        return self.environments / self.name / "bin"

    @property
    def database(self) -> Path:
        """The SQLite file that its events are in."""
        return self.directory / "db.sqlite3"

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of its processes."""
        return {**os.environ, "BENCH_DIRECTORY": str(self.directory), "PYTHONPATH": str(ROOT)}

    def run(self, *command: str) -> str:
        """What this command prints."""
        done = subprocess.run(
            command,
            check=False,
            cwd=self.directory,
            env=self.variables,
            text=True,
            capture_output=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def begin(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        """A process of it, whose output goes to a file in its directory."""
        with (self.directory / "output.log").open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self.directory,
                env={**self.variables, **variables},
                stdout=output,
                stderr=output,
            )

    def install(self, *packages: str) -> None:
        """Make its environment where there is none."""
        if not self.bin.exists():
            self.environments.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, "-m", "venv", self.bin.parent], check=True)
            subprocess.run([self.bin / "pip", "install", "-q", *packages], check=True)

    def set_up(self) -> None:
        """Install it, make its tables and a project with a key."""
        raise NotImplementedError

    def serve(self, **variables: str) -> subprocess.Popen[bytes]:
        """The web process with its two workers."""
        address = f"127.0.0.1:{self.port}"
        command = (str(self.bin / "gunicorn"), "-w", "2", "-b", address, self.application)
        return self.begin(*command, **variables)

    def digester(self) -> subprocess.Popen[bytes] | None:
        """The process that digests what was accepted; None where the web process has done that."""
        return None

    def digested(self) -> int:
        """How many events are stored."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20) as database:
            return int(database.execute(self.count_query).fetchone()[0])

    def bytes(self) -> int:
        """How large its database is, all indexes included."""
        with sqlite3.connect(self.database, timeout=20) as database:
            while database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                time.sleep(0.01)  # the digester has just written something
        return self.database.stat().st_size


class Fireline(Service):
    """This checkout, in the environment that runs the bench."""

    name = "fireline"
    application = "bench.tracker.projects.wsgi"
    count_query = "SELECT count(*) FROM fireline_tracker_event"
    is_embedded = True

    @property
    def bin(self) -> Path:
        return Path(sys.executable).parent

    @property
    def database(self) -> Path:
        return self.directory / "tracker.sqlite3"

    @property
    def variables(self) -> dict[str, str]:
        project = "bench.tracker.projects.fireline_project"
        return {**super().variables, "DJANGO_SETTINGS_MODULE": project}

    def set_up(self) -> None:
        self.run(self._python, "-m", "django", "migrate", "-v", "0")
        host = f"http://127.0.0.1:{self.port}"
        command = ("fireline_dsn", "bench", "--create", "--host", host)
        dsn = self.run(self._python, "-m", "django", *command).split()[-1]
        self.key, _, rest = dsn.removeprefix("http://").partition("@")
        place, _, number = rest.rpartition("/")
        self.url = f"http://{place}/api/{number}/envelope/"

    def digester(self) -> subprocess.Popen[bytes]:
        return self.begin(self._python, "-m", "django", "fireline_worker", BENCH_DIGEST="worker")

    @property
    def _python(self) -> str:
        return str(self.bin / "python")


class Bugsink(Service):
    """Bugsink as its `singleserver` template sets it up, without its quotas."""

    name = "bugsink"
    application = "bugsink.wsgi"
    count_query = "SELECT count(*) FROM events_event"

    _UNLIMITED: ClassVar = [
        f'BUGSINK["MAX_EVENTS_PER_{which}"] = 100_000_000'
        for of in ("PROJECT_PER_", "")
        for which in (f"{of}5_MINUTES", f"{of}HOUR", f"{of}MONTH")
    ]

    def set_up(self) -> None:
        self.install("bugsink", "gunicorn")
        host = f"127.0.0.1:{self.port}"
        options = ("--template=singleserver", f"--host={host}", f"--base-dir={self.directory}")
        self.run(str(self.bin / "bugsink-create-conf"), *options)
        conf = self.directory / "bugsink_conf.py"
        plain = conf.read_text().replace("https://", "http://")
        conf.write_text("\n".join([plain, *self._UNLIMITED, 'ALLOWED_HOSTS = ["*"]', ""]))
        manage = str(self.bin / "bugsink-manage")
        self.run(manage, "migrate", "-v", "0")
        self.run(manage, "migrate", "-v", "0", "--database=snappea")
        made = self.run(
            manage,
            "shell",
            "-v",
            "0",
            "-c",
            "from projects.models import Project\n"
            "p = Project.objects.create(name='bench', retention_max_event_count=100_000_000)\n"
            "print(p.id, p.sentry_key.hex if hasattr(p.sentry_key, 'hex') else p.sentry_key)",
        )
        number, self.key = made.split()[-2:]
        self.url = f"http://{host}/api/{number}/envelope/"

    @property
    def variables(self) -> dict[str, str]:
        return {**super().variables, "PYTHONPATH": str(self.directory)}

    def digester(self) -> subprocess.Popen[bytes]:
        return self.begin(str(self.bin / "bugsink-runsnappea"))


class Foxray(Service):
    """foxray as a Django app; it digests while the client waits."""

    name = "foxray"
    application = "bench.tracker.projects.wsgi"
    count_query = "SELECT count(*) FROM foxray_event"

    @property
    def variables(self) -> dict[str, str]:
        project = "bench.tracker.projects.foxray_project"
        return {**super().variables, "DJANGO_SETTINGS_MODULE": project}

    def set_up(self) -> None:
        self.install("foxray[django]", "gunicorn", "sentry-sdk", "Django<6.1")
        python = str(self.bin / "python")
        self.run(python, "-m", "django", "migrate", "-v", "0")
        base = f"http://127.0.0.1:{self.port}/foxray"
        command = ("foxray_create_project", "bench", "--base-url", base.removesuffix("/foxray"))
        dsn = self.run(python, "-m", "django", *command).split()[-1]
        self.key = dsn.split("//")[1].partition("@")[0]
        self.url = f"{base}/api/{dsn.rpartition('/')[2]}/envelope/"
