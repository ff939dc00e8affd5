"""Hostile and unlucky clients of real servers do what they can."""

import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.tracker.ingest.conftest import EVENT_ID, with_event
from tests.tracker.ingest.served.conftest import Tracker

MEBIBYTE = 1024 * 1024


def _chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def _head(tracker: Tracker, *lines: str) -> bytes:
    head = [f"POST {tracker.address} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def test_chunked(tracker):
    """A body in chunks is read to its end."""
    body = with_event()
    request = _head(tracker, "Transfer-Encoding: chunked")
    request += _chunked(body[:10], body[10:40], body[40:], b"")

    answer = tracker.server.raw(request)

    assert answer.startswith(b"HTTP/1.1 200")
    assert EVENT_ID.encode() in answer
    assert tracker.envelopes()[0].items[0].payload == b'{"message":"it broke"}'


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        pytest.param(["Content-Length: 1000"], b"{}\n", id="short"),
        pytest.param(["Transfer-Encoding: chunked"], b"3e8\r\n{}\n", id="short-chunk"),
        pytest.param(["Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n", id="no-chunk"),
        pytest.param(["Transfer-Encoding: chunked"], b"-5\r\n{}\r\n0\r\n\r\n", id="negative"),
        pytest.param(["Content-Length: 1000"], b"", id="nothing"),
    ],
)
def test_broken_off(tracker, lines, body):
    """A client that leaves in the middle of its upload is no failure of the service."""
    with socket.create_connection(("127.0.0.1", tracker.server.port), timeout=15) as connection:
        connection.sendall(_head(tracker, *lines) + body)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)

    assert not answer.startswith(b"HTTP/1.1 2")
    assert tracker.server.client.post(tracker.address, content=with_event()).status_code == 200
    assert len(tracker.envelopes()) == 1


def test_trickle(tracker):
    """While one client sends byte for byte, others are served."""
    body = with_event()
    with socket.create_connection(("127.0.0.1", tracker.server.port), timeout=15) as slow:
        slow.sendall(_head(tracker, "Transfer-Encoding: chunked"))
        for byte in body[:5]:
            slow.sendall(_chunked(bytes([byte])))
            assert tracker.server.client.post(tracker.address, content=body).status_code == 200
        slow.sendall(_chunked(body[5:], b""))
        assert slow.recv(65536).startswith(b"HTTP/1.1 200")
    assert len(tracker.envelopes()) == 6


def test_large(tracker):
    """A large file is accepted; one that is larger than allowed is 413 and read no further."""
    client = tracker.server.client
    large = b'{}\n{"type":"attachment","length":%d}\n' % (8 * MEBIBYTE) + b"\n" * (8 * MEBIBYTE)

    assert client.post(tracker.address, content=large).status_code == 200
    assert len(tracker.envelopes()[0].items[0].payload) == 8 * MEBIBYTE
    packed = gzip.compress(b"{}\n" + b"x" * (40 * MEBIBYTE), 1)
    answer = client.post(tracker.address, content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


def test_bombs(tracker):
    """Many bombs at once cost no more memory than a few large envelopes."""
    bomb = gzip.compress(b"{}\n" + b"\0" * (100 * MEBIBYTE), 1)
    headers = {"Content-Encoding": "gzip"}
    client = tracker.server.client
    process = psutil.Process(tracker.server.process.pid)

    def memory() -> int:
        everyone = [process, *process.children(recursive=True)]
        return sum(each.memory_info().rss for each in everyone)

    before, most = memory(), 0
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(client.post, tracker.address, content=bomb, headers=headers)
            for _ in range(8)
        ]
        while not all(each.done() for each in sent):
            most = max(most, memory())
            time.sleep(0.01)

    assert {each.result().status_code for each in sent} <= {413, 429}
    assert most - before < 200 * MEBIBYTE
