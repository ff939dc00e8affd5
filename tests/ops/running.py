"""The demo, Prometheus, Alertmanager and a pager, each on a free port of 127.0.0.1, watching each other."""

import json
import logging
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx
import yaml

from tests import loaded
from tests.ops.tools import ALERTMANAGER, OPS
from tests.servers.running import MODULES, free_port

T = TypeVar("T")

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would tell of each look

ROOT = OPS.parent
TOKEN = "token-of-the-tests"
PATIENCE = 120
"""Seconds after which a test gives up; what it waits for takes a tenth, where nobody else works."""


def awaited(what: str, look: Callable[[], T | None]) -> T:
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {PATIENCE} seconds")


@contextmanager
def _running(log: Path, url: str, *command: str) -> Iterator[None]:
    """Run a program until the end of the block; it is up when it answers at this address."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    with _until_the_end_of_the_block(process, log, url):
        yield


@contextmanager
def _until_the_end_of_the_block(
    process: "subprocess.Popen[bytes] | loaded.Process", log: Path, url: str
) -> Iterator[None]:
    def is_up() -> bool:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            return httpx.get(url).is_success
        except httpx.TransportError:
            return False

    try:
        awaited(url, is_up)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def of_the_demo(data: Path) -> dict[str, str]:
    """The environment of the CRM that keeps what it has in this directory."""
    return {
        **os.environ,
        "CRM_DATA": str(data),
        "TESTS_TOKEN": TOKEN,
        "DJANGO_SETTINGS_MODULE": "tests.ops.settings",
        "PYTHONPATH": f"{ROOT}/src:{ROOT}",
    }


@contextmanager
def demo(directory: Path) -> Iterator[httpx.Client]:
    """The CRM that `make demo` shows, and a client for it."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    log = directory / "demo.log"
    environment = {**of_the_demo(directory / "data"), "PORT": str(port)}
    process = loaded.started(
        *("demo/manage.py", "serve"), env=environment, output=log, also=MODULES
    )
    with (
        _until_the_end_of_the_block(process, log, f"{url}/healthz"),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


class Pager(ThreadingHTTPServer):
    """Takes what Alertmanager tells, and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Webhook)
        self.alerts: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def alert(self, name: str, status: str = "firing") -> dict[str, Any] | None:
        """The first alert of this name in this state, with `path`, where it was sent to."""
        told = [
            alert
            for alert in list(self.alerts)
            if (alert["labels"]["alertname"], alert["status"]) == (name, status)
        ]
        return told[0] if told else None


class _Webhook(BaseHTTPRequestHandler):
    server: Pager

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.alerts += [{**alert, "path": self.path} for alert in told["alerts"]]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test says what it misses."""


@contextmanager
def pager() -> Iterator[Pager]:
    """A webhook on a free port."""
    with Pager() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def alertmanager(directory: Path, webhook: str) -> Iterator[str]:
    """Alertmanager with the routes of ops/, in a hurry, and its address."""
    routes = (OPS / "alertmanager" / "alertmanager.yml").read_text()
    routes = routes.replace("http://127.0.0.1:9095", webhook)
    routes = re.sub(
        r"(group_wait|group_interval): (0s|1m|5m)$", r"\1: 1s", routes, flags=re.MULTILINE
    )
    config = yaml.safe_load(routes)
    for receiver in config["receivers"]:
        receiver.pop("email_configs", None)
    (directory / "alertmanager.yml").write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{free_port()}"
    with _running(
        directory / "alertmanager.log",
        f"http://{address}/-/ready",
        *(str(ALERTMANAGER), f"--config.file={directory / 'alertmanager.yml'}"),
        *(f"--storage.path={directory / 'silences'}", f"--web.listen-address={address}"),
        "--cluster.listen-address=",
    ):
        yield address


@contextmanager
def prometheus(directory: Path, target: str, alertmanager: str) -> Iterator[httpx.Client]:
    """Prometheus with the scrape and the rules of ops/, in a hurry, and a client for it."""
    shutil.copytree(OPS / "prometheus", directory / "prometheus")
    path = directory / "prometheus" / "prometheus.yml"
    config = yaml.safe_load(path.read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [alertmanager]
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [target]
    path.write_text(yaml.safe_dump(config))
    (path.parent / "fireline-token").write_text(TOKEN)
    for rules in (path.parent / "rules").iterdir():
        rules.write_text(_hurried(rules.read_text()))
    address = f"127.0.0.1:{free_port()}"
    with (
        _running(
            directory / "prometheus.log",
            f"http://{address}/-/ready",
            *("prometheus", f"--config.file={path}", f"--storage.tsdb.path={directory / 'tsdb'}"),
            *(f"--web.listen-address={address}", "--rules.alert.resend-delay=1s"),
            "--enable-feature=exemplar-storage",
        ),
        httpx.Client(base_url=f"http://{address}/api/v1", timeout=30) as client,
    ):
        yield client


def _hurried(rules: str) -> str:
    """The rules with seconds for minutes; what waits for five of them has its time."""
    return re.sub(r"for: ([12])m", r"for: \1s", re.sub(r"\[[25]m\]", "[5s]", rules))
