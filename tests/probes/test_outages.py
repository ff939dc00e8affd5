"""Probes go on while a real PostgreSQL and a real Valkey hang, crash and come back; on real servers."""

import asyncio
import json
import time

import pytest

from tests.probes.conftest import CACHE, LIMIT
from tests.running import PATIENCE

SLACK = 3
PROCESSES = 2
LONG = "3600"

READY = {"status": "ready", "checks": {"database": True, "cache": True}}


@pytest.fixture(scope="module", params=["sync", "gthread", "uvicorn"])
def service(request, serve, tmp_path_factory):
    """The service, run by each kind of server."""
    with serve(request.param, tmp_path_factory.mktemp(request.param)) as service:
        yield service


@pytest.fixture
def both(service, postgresql, valkey):
    """What the service depends on: well when the test begins, and again when it is over."""
    awaited(service, 200)
    yield {"database": postgresql, "cache": valkey}
    for program in (postgresql, valkey):
        program.resume()
        if program.process is None:
            program.start()


@pytest.fixture(params=["database", "cache"])
def dependency(request, both):
    """One of them, and the check that asks it."""
    return both[request.param], request.param


def awaited(service, status):
    """Ask /readyz until it has this status in every process."""
    until = time.monotonic() + PATIENCE
    in_a_row = 0
    while in_a_row < 4 * PROCESSES and time.monotonic() < until:
        in_a_row = in_a_row + 1 if service.client.get("/readyz").status_code == status else 0
        time.sleep(0.01)
    assert in_a_row


def timed(service, path, times=1, **options):
    """The answers to so many probes, one after the other, and the seconds that they took together."""
    since = time.monotonic()
    answers = [service.client.get(path, **options) for _ in range(times)]
    return answers, time.monotonic() - since


def test_hanging_dependency_costs_its_limit_once(service, dependency):
    """
    One probe of each process waits for the limit, all others are answered from what is known.

    /healthz knows nothing of it; once the dependency goes on, so does the service.
    """
    program, check = dependency
    program.pause()
    time.sleep(CACHE)

    answers, waited = timed(service, "/readyz", 10)
    lives, waited_for_life = timed(service, "/healthz", 10)
    program.resume()

    unwell = {"status": "not_ready", "checks": {**READY["checks"], check: False}}
    assert {answer.status_code for answer in answers} == {503}
    assert [answer.json() for answer in answers] == [unwell] * 10
    assert waited < PROCESSES * LIMIT * SLACK
    assert {answer.status_code for answer in lives} == {200}
    assert waited_for_life < LIMIT * SLACK
    awaited(service, 200)


def test_whole_report_costs_the_limit_once_when_all_hangs(service, both):
    """Every check, the session of who asks, and nothing one after the other."""
    both["database"].pause()
    both["cache"].pause()
    time.sleep(CACHE)

    (answer,), waited = timed(service, "/health/", headers={"cookie": f"sessionid={'x' * 32}"})
    (told,), _ = timed(service, "/health/", headers={"authorization": "Bearer token-of-the-tests"})
    both["database"].resume()
    both["cache"].resume()

    assert waited < LIMIT * SLACK
    assert (answer.status_code, answer.json()["overall_status"]) == (503, "unhealthy")
    assert answer.json().keys() == {"timestamp", "overall_status"}
    checks = told.json()["checks"]
    assert checks["database"]["message"] == f"TimeoutError: No answer within {LIMIT:g} s"
    assert checks["memory"]["status"] == checks["disk"]["status"] == "healthy"
    awaited(service, 200)


def test_crashed_dependency_is_seen_and_so_is_its_return(service, dependency):
    """The first check after it is back passes: no broken connection is left of the time before."""
    program, check = dependency
    program.end()
    time.sleep(CACHE)
    answers, waited = timed(service, "/readyz", 10)
    lives, _ = timed(service, "/healthz", 10)
    program.start()
    time.sleep(CACHE)

    back, _ = timed(service, "/readyz", 10)

    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].json()["checks"][check] is False
    assert waited < PROCESSES * LIMIT * SLACK
    assert {answer.status_code for answer in lives} == {200}
    assert [answer.json() for answer in back] == [READY] * 10


def test_lost_database_is_told_once_by_each_process(service, both):
    """A critical report when it is lost, whose id is on every answer; a line when it is back."""
    seen = len(service.lines(logger="crm.errors"))
    back = len(service.lines(logger="crm.health", level="INFO", check="database"))
    both["database"].end()
    time.sleep(CACHE)
    answers, _ = timed(service, "/readyz", 20)
    both["database"].start()
    awaited(service, 200)

    told = service.lines(logger="crm.errors")[seen:]
    assert 1 <= len(told) <= PROCESSES
    assert {(line["level"], line["code"], line["category"]) for line in told} == {
        ("CRITICAL", "SERVICE_UNAVAILABLE", "external")
    }
    assert {answer.headers["x-error-id"] for answer in answers} <= {
        line["error_id"] for line in told
    }
    until = time.monotonic() + PATIENCE
    recovered = []
    while (
        len(recovered) < len(told) and time.monotonic() < until
    ):  # which process answers is chance
        service.client.get("/readyz", headers={"connection": "close"})
        recovered = service.lines(logger="crm.health", level="INFO", check="database")[back:]
    assert len(recovered) == len(told)


def test_lost_cache_is_a_line_in_the_log(service, both):
    """It is no failing database: ERROR when it is lost, INFO when it is back."""
    seen = len(service.lines(logger="crm.health"))
    both["cache"].end()
    time.sleep(CACHE)
    timed(service, "/readyz", 20)
    both["cache"].start()
    awaited(service, 200)

    lines = service.lines(logger="crm.health")[seen:]
    assert {(line["level"], line["check"], line["health"]) for line in lines} == {
        ("ERROR", "cache", "unhealthy"),
        ("INFO", "cache", "healthy"),
    }
    assert len(lines) <= 2 * PROCESSES


@pytest.mark.parametrize("path", ["/healthz", "/healthz/", "/readyz", "/readiness/", "/health/"])
def test_nothing_stands_in_the_way_of_a_probe(service, path):
    """Neither ALLOWED_HOSTS nor SECURE_SSL_REDIRECT, nor a middleware that lets nobody in."""
    answer = service.client.get(path, headers={"host": "10.0.0.7:8000", "user-agent": ""})

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-correlation-id"]
    ids = {"correlation_id": answer.headers["x-correlation-id"]}
    assert service.lines(logger="crm.access", **ids) == []
    head = service.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(service.client.get(path).content))


def test_hostile_probes_are_answered_in_time(service):
    """A path of a million characters, a megabyte of Accept, a body that nobody reads."""
    port = service.port
    start = b"GET /healthz/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    for head in (
        start % (b"x" * 1_000_000) + b"\r\n",
        start % b"" + b"Accept: " + b"application/json;q=0.1," * 2000 + b"\r\n\r\n",
        start % b"" + b"Accept: \xff\x00\x01;;;=,,,q=\r\n\r\n",
        start % b"" + b"Cookie: sessionid=" + b"x" * 7000 + b"\r\n\r\n",
    ):
        try:
            answer = service.raw(head)
        except ConnectionError:  # the server's own limits: it did not read to the end
            answer = b""
        assert answer[9:12] in {b"", b"200", b"400", b"404", b"414", b"431"}
    assert service.port == port
    assert service.client.get("/healthz").status_code == 200


async def ask_at_once(port, path, times):
    """The statuses and bodies of so many probes, each on a connection of its own, all open together."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    all_open = asyncio.Event()
    streams = []

    async def ask():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        streams.append(writer)
        if len(streams) == times:
            all_open.set()
        await all_open.wait()
        writer.write(request)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), body

    return await asyncio.gather(*(ask() for _ in range(times)))


@pytest.mark.parametrize("kind", ["preload", "uvicorn"])
def test_probes_at_once_make_one_query_in_each_process(serve, postgresql, tmp_path, kind):
    """Hundreds, each on its own connection; the cache period outlives them, also after a preload."""
    before = len(postgresql.statements())
    with serve(kind, tmp_path, TESTS_CACHE=LONG, TESTS_LIMIT="20") as service:
        answers = asyncio.run(ask_at_once(service.port, "/readyz", 400))

    assert {status for status, _ in answers} == {200}
    assert {json.dumps(json.loads(body)) for _, body in answers} == {json.dumps(READY)}
    queries = postgresql.statements()[before:]
    assert set(queries) == {"SELECT 1"}
    assert 1 <= len(queries) <= PROCESSES
