"""`manage.py fireline_health`: the probes without curl."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fireline import health
from fireline.health import Reading, registry

DSN = "postgres://crm:hunter2@db/crm"


@pytest.fixture(autouse=True)
def unasked(settings):
    """Findings of now, and a token."""
    settings.FIRELINE = {
        "SERVICE": "crm",
        "HEALTH_CACHE_SECONDS": 0,
        "MONITORING_TOKEN": "token-of-the-tests",
    }
    yield
    registry._registered.clear()
    registry._made.clear()


def said(*arguments):
    """The lines that it prints, and the complaint that it ends with."""
    output, complaint = StringIO(), None
    try:
        call_command("fireline_health", *arguments, stdout=output)
    except CommandError as error:  # Django's exit code of it is 1
        complaint = str(error)
    return output.getvalue().splitlines(), complaint


def test_checks_run_in_the_command(db, settings):
    """A line for each, and how it is altogether."""
    settings.FIRELINE = {**settings.FIRELINE, "MESSAGE_CHANNELS": ()}

    lines, complaint = said()

    assert complaint is None
    assert lines[:2] == ["database: healthy: Database OK", "cache: healthy: Cache OK"]
    assert lines[-1] == "healthy"


def test_failing_check_ends_with_one(db, reports):
    """Its line says why, without a secret; nobody else is told."""

    def broken():
        raise OSError(f"cannot reach {DSN}")

    health.register("database", broken)

    lines, complaint = said("--ready")

    assert complaint == "unhealthy"
    assert lines == [
        "database: unhealthy: OSError: cannot reach postgres://[redacted]@db/crm",
        "cache: healthy: Cache OK",
    ]
    assert reports == []


def test_degraded_is_well_enough(db):
    """It still works; a container must not be restarted for it."""
    health.register("own", lambda: Reading(status="degraded", message="slow"))

    lines, complaint = said()

    assert complaint is None
    assert lines[-2:] == ["own: degraded: slow", "degraded"]


def test_live_asks_nothing():
    """The command runs."""
    assert said("--live") == (["live"], None)


class Probes(ThreadingHTTPServer):
    """A service that answers as it is told, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.status, self.body, self.location = 200, b"{}", ""
        self.goes_on = threading.Event()
        self.goes_on.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Probes

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.server.goes_on.wait(30)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving() -> Iterator[Probes]:
    with Probes() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.goes_on.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def server():
    """A service that runs."""
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/health"),
        (["--ready"], "/readyz"),
        (["--live"], "/healthz"),
    ],
)
def test_url_without_a_path_gets_the_probes(server, arguments, path):
    """Told by PROBES; the token opens the details."""
    server.body = b'{"status": "ok"}'

    assert said("--url", server.url, *arguments) == (["ok"], None)
    assert server.asked == [(path, "Bearer token-of-the-tests")]


def test_url_with_a_path_is_asked_as_it_is(server):
    """Probes may be elsewhere."""
    said("--url", f"{server.url}/ops/readyz", "--ready")
    said("--url", server.url.removeprefix("http://"), "--live")

    assert [path for path, _ in server.asked] == ["/ops/readyz", "/healthz"]


@pytest.mark.parametrize(
    ("status", "body", "lines", "complaint"),
    [
        pytest.param(
            200,
            {"overall_status": "degraded", "checks": {"disk": {"status": "degraded", "message": "m"}}},
            ["disk: degraded: m", "degraded"],
            None,
            id="health",
        ),
        pytest.param(
            503,
            {"status": "not_ready", "checks": {"database": False, "cache": True}, "draining": True},
            ["database: unhealthy", "cache: healthy", "draining"],
            "not_ready",
            id="ready",
        ),
        pytest.param(404, "no", [], "status 404, and no answer of a probe", id="no-probe"),
        pytest.param(200, [1], [], "status 200, and no answer of a probe", id="something-else"),
        pytest.param(
            200, {"status": "\x1b[31m\nok", "checks": {"\x07": 1}}, ["?: unhealthy", "?[31m?ok"], None, id="escapes"
        ),
    ],
)  # fmt: skip
def test_answer_is_told_in_lines(server, status, body, lines, complaint):
    """Whatever it is."""
    server.status, server.body = status, json.dumps(body).encode()

    assert said("--url", server.url) == (lines, complaint)


def test_redirect_is_no_answer_and_gets_no_token(server):
    """A probe never redirects; who does is somebody else."""
    with serving() as other:
        server.status, server.location = 302, other.url

        _, complaint = said("--url", server.url)

        assert complaint == "status 302"
        assert other.asked == []


def test_service_that_hangs_costs_the_limit(server):
    """And is not well."""
    server.goes_on.clear()
    since = time.monotonic()

    _, complaint = said("--url", server.url, "--timeout", "0.3")

    assert time.monotonic() - since < 10  # it hangs for 30
    assert complaint.startswith(f"no answer from {server.url}: ")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "ftp://127.0.0.1/", "nonsense://x"]
)
def test_other_addresses_are_refused(url):
    """No file is read, no other protocol is spoken."""
    assert said("--url", url) == ([], f"{url} is no URL, such as http://127.0.0.1:8000")


def test_service_that_is_not_there():
    """Says so."""
    _, complaint = said("--url", "http://127.0.0.1:1/readyz")

    assert complaint.startswith("no answer from http://127.0.0.1:1/readyz: ")
