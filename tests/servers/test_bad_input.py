"""What hostile and clumsy clients send, and what breaks below: through real servers."""

import json
import socket
import time
from pathlib import Path

import pytest

from tests.servers.running import running


def request_of(path, *headers):
    """A request as bytes, with whatever headers."""
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("path", "header"),
    [
        pytest.param(b"/api/works/", b"X-Correlation-ID: a\x1b[31mb", id="escape-in-the-id"),
        pytest.param(b"/api/works/", b"X-Correlation-ID: " + b"x" * 5000, id="long-id"),
        pytest.param(b"/api/works/", b"X-Correlation-ID: a\x00b", id="nul-in-the-id"),
        pytest.param(b"/api/works/", b"User-Agent: \xff\xfe\x9b", id="bytes-in-the-agent"),
        pytest.param(b"/api/works/", b"Accept: \x01\x02", id="controls-in-accept"),
        pytest.param(b"/api/works/", b"Cookie: \x80=\x81; a", id="odd-cookie"),
        pytest.param(
            b"/api/works/", b"X: y\rX-Correlation-ID: forged\x0bZ", id="half-a-line-break"
        ),
        pytest.param(b"/api/nope/%ff%fe/", b"X: y", id="invalid-utf8-in-the-path"),
        pytest.param(b"/api/nope/%00/", b"X: y", id="nul-in-the-path"),
        pytest.param(b"/api/nope/%0d%0aSet-Cookie:%20a=b", b"X: y", id="line-break-in-the-path"),
        pytest.param(b"/api/works/?%ff=%fe&a=%0a", b"X: y", id="invalid-utf8-in-the-query"),
        pytest.param(b"/api/nope/" + b"x" * 5000, b"X: y", id="long-path"),
    ],
)
def test_hostile_request_gets_a_clear_answer_and_forges_nothing(server, path, header):
    """A status of HTTP, whole lines in the log, nothing raw in it; the server lives."""
    answer = server.raw(request_of(path, header))

    status = int(answer.split(b" ", 2)[1])
    assert status in {200, 400, 404, 414, 431}
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"forged" not in head
    assert b"\x1b" not in head
    assert b"set-cookie" not in head
    assert server.client.get("/works/").status_code == 200
    raw = (server.directory / "logs" / "crm.log").read_bytes()
    assert not set(range(32)) - {10} & set(raw)
    assert all(json.loads(line) for line in raw.split(b"\n")[:-1])


def leave(server, path, after):
    """Ask, read until these bytes have come, and go away."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(
            request_of(path, b"User-Agent: tests", b"X-Correlation-ID: leaving-" + path[1:4])
        )
        got = b""
        while after not in got:
            got += connection.recv(4096)
        # A reset, as a browser that is closed sends it.
        connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )


def test_client_that_leaves_a_stream_is_logged_once(server, kind):
    """499, INFO, and nobody is told of an error."""
    path = b"/stream-async/?n=100000&wait=0.001" if kind == "uvicorn" else b"/stream/?n=10000000"

    leave(server, path, b"1\n")

    line = server.line(correlation_id="leaving-str", logger="crm.access")
    assert (line["level"], line["status_code"], line["client_left"]) == ("INFO", 499, True)
    assert server.lines(correlation_id="leaving-str", logger="crm.errors") == []


def test_client_that_leaves_before_the_answer_is_logged_once(server, kind):
    """Under ASGI the view is cancelled; a WSGI server does not notice before it answers."""
    if kind == "gunicorn":
        assert server.client.get("/works/").status_code == 200
        return

    leave(server, b"/waits/", b"")

    line = server.line(correlation_id="leaving-wai", logger="crm.access")
    assert (line["level"], line["status_code"], line["client_left"]) == ("INFO", 499, True)
    assert server.lines(correlation_id="leaving-wai", logger="crm.errors") == []


def test_stream_that_breaks_is_told_once(server, kind):
    """The client sees a torn answer, the operator an ERROR with the id."""
    path = b"/stream-async/?fail=1" if kind == "uvicorn" else b"/stream/?fail=1"

    server.raw(request_of(path, b"X-Correlation-ID: torn"))

    access = server.line(correlation_id="torn", logger="crm.access")
    error = server.line(correlation_id="torn", logger="crm.errors")
    assert (access["level"], access["status_code"]) == ("ERROR", 200)
    assert access["error_id"] == error["error_id"]


def asked(tmp_path, kind):
    """Two answers of a server whose logs cannot be written, and what it wrote to stderr."""
    with running(kind, tmp_path, "flag") as server:
        answers = [server.client.get("/works/"), server.client.get("/api/broken/")]
        until = time.monotonic() + 15
        output = tmp_path / "server.log"
        while "GET /api/broken/ 500" not in output.read_text() and time.monotonic() < until:
            time.sleep(0.02)
    return answers, output.read_text()


def test_directory_that_cannot_be_written_costs_nothing_but_the_files(tmp_path, kind):
    """The service starts and answers; it says so once in each process, and the lines go to stderr."""
    (tmp_path / "logs").write_text("a file where the directory should be")

    (works, broken), output = asked(tmp_path, kind)

    assert (works.status_code, broken.status_code) == (200, 500)
    assert "fireline: cannot write" in output
    assert broken.headers["x-error-id"] in output
    assert output.count("GET /api/broken/ 500") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full: run it on Linux")
def test_full_disk_costs_nothing_but_the_files(tmp_path, kind):
    """No space left on device: each line goes to stderr, none is lost."""
    (tmp_path / "logs").mkdir()
    for name in ("crm.log", "crm_errors.log", "security.log"):
        (tmp_path / "logs" / name).symlink_to("/dev/full")

    (works, broken), output = asked(tmp_path, kind)

    assert (works.status_code, broken.status_code) == (200, 500)
    assert "No space left on device" in output
    assert "GET /works/ 200" in output
    assert broken.headers["x-error-id"] in output
