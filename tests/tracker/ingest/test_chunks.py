"""Bodies in chunks under WSGI, also of Django's own server, where people begin."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from threading import Thread

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from fireline.tracker.ingest.chunks import Chunks, stream_of
from fireline.tracker.ingest.refusal import Refused
from tests.tracker.ingest.conftest import KEY, with_event


@pytest.fixture
def runserver(sender) -> Iterator[int]:
    """The port of Django's own server."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def asked(port: int, body: bytes) -> bytes:
    """The answer to a request with this body, in chunks."""
    head = f"POST /fireline/api/7/envelope/?sentry_key={KEY} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        answer = b""
        with suppress(ConnectionError):  # who is refused early finds the door closed
            connection.sendall(head.encode() + body)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                answer += piece
        return answer


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def test_runserver(runserver, sender):
    """Chunks are read under runserver, too."""
    body = with_event()

    answer = asked(runserver, chunked(body[:7], body[7:], b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert sender.entries()[0].envelope == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"5\r\n{}", id="short"),
        pytest.param(b"-5\r\n{}\r\n0\r\n\r\n", id="negative"),
        pytest.param(b"1_0\r\n{}\r\n", id="line-between"),
        pytest.param(b"zz\r\n", id="no-size"),
        pytest.param(b"2\r\n{}}\r\n0\r\n\r\n", id="long"),
        pytest.param(b"f" * 100_000, id="endless-size"),
    ],
)
def test_no_chunks(runserver, sender, body):
    """What are no chunks is 400."""
    assert asked(runserver, body).startswith(b"HTTP/1.1 400")
    assert sender.entries() == []


def test_too_large(runserver, sender):
    """A chunk that claims to be enormous takes no more than what is allowed."""
    answer = asked(runserver, b"%x\r\n" % 10**12 + b"{}\n" + b"x" * (21 * 1024 * 1024))

    assert answer.startswith(b"HTTP/1.1 413") or answer == b""


def test_pieces():
    """Chunks come in pieces as they are asked for; extensions and trailers are left out."""
    stream = BytesIO(b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\nnext")
    chunks = Chunks(stream.read, stream.readline)

    assert [chunks.read(2) for _ in range(6)] == [b"ab", b"c", b"de", b"", b"", b""]
    assert stream.read() == b"next"


def test_server_without_an_end():
    """Where a server neither ends the stream nor is known, nothing is read: it might wait forever."""
    with pytest.raises(Refused) as refused:
        stream_of({"wsgi.input": BytesIO(b"")})

    assert refused.value.status == 411
