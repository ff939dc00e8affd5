"""Reading envelopes that honest and hostile clients write."""

import tracemalloc

import pytest

from fireline.tracker.envelope import (
    LONGEST_HEADER,
    MOST_HEADERS,
    MOST_ITEMS,
    Envelope,
    Item,
    MalformedEnvelopeError,
    TooManyItemsError,
    read,
    written,
)


def items(body: bytes) -> list[tuple[str, bytes]]:
    return [(item.type, item.payload) for item in read(b"{}\n" + body).items]


def test_written_is_read():
    """An envelope survives being written, whatever bytes are in it."""
    payload = bytes(range(256)) * 3
    sent = Envelope(
        header={"event_id": "a" * 32},
        items=(Item(header={"type": "attachment", "filename": "ä\n"}, payload=payload),),
    )

    found = read(written(sent))

    assert found.header == sent.header
    assert found.items[0].header == {"type": "attachment", "filename": "ä\n", "length": 768}
    assert found.items[0].payload == payload


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b'{"type":"event"}\n{}', [("event", b"{}")], id="no-length-as-javascript"),
        pytest.param(
            b'{"type":"event"}\n{}\n{"type":"log"}\n[]\n',
            [("event", b"{}"), ("log", b"[]")],
            id="two",
        ),
        pytest.param(
            b'{"type":"a","length":3}\nx\ny\n{"type":"b","length":0}\n\n',
            [("a", b"x\ny"), ("b", b"")],
            id="line-breaks-within",
        ),
        pytest.param(
            b'\r\n{"type":"a"}\r\nx\n\n\n \n{"type":"b"}\ny',
            [("a", b"x"), ("b", b"y")],
            id="blank-lines",
        ),
        pytest.param(b'{"type":"a"}', [("a", b"")], id="no-payload"),
        pytest.param(b'{"type":"a","length":null}\nx', [("a", b"x")], id="null-length"),
        pytest.param(b'{"type":"a","length":-5}\nx', [("a", b"x")], id="negative-length"),
        pytest.param(b'{"type":"a","length":1e3}\nx', [("a", b"x")], id="length-of-a-float"),
        pytest.param(b'{"type":"a","length":true}\nx', [("a", b"x")], id="length-true"),
        pytest.param(b'{"type":"a","length":"1"}\nxy', [("a", b"xy")], id="length-of-a-text"),
        pytest.param(b'{"type":"a","length":99}\nx\ny', [("a", b"x\ny")], id="too-long-length"),
        pytest.param(
            b'{"type":"a","length":99999999999999999999999}\nx', [("a", b"x")], id="huge-length"
        ),
        pytest.param(b'{"type":"a"}\nx\nno header\ny', [("a", b"x")], id="broken-in-the-middle"),
        pytest.param(b'{"type":7}\nx\n{"type":"b","type":"c"}\ny', [("c", b"y")], id="odd-types"),
        pytest.param(b'{"type":"a\xff"}\nx', [], id="no-utf-8"),
        pytest.param(b'{"type":"a\0"}\nx', [], id="nul"),
        pytest.param(b'{"type":"\\u0000"}\nx', [("\0", b"x")], id="escaped-nul"),
        pytest.param(b"[" * 5000 + b"\nx", [], id="deep"),
    ],
)
def test_items(body, expected):
    """Items are read as far as they can be, whatever their headers claim."""
    assert items(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n{}", id="an-empty-line"),
        pytest.param(b"hello\n", id="no-json"),
        pytest.param(b"[]\n", id="no-object"),
        pytest.param(b'{"a":"\xff"}\n', id="no-utf-8"),
        pytest.param(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}\n", id="deep"),
        pytest.param(b'{"a":"' + b"x" * LONGEST_HEADER + b'"}\n', id="long"),
        pytest.param(b" " * (LONGEST_HEADER + 2), id="endless"),
    ],
)
def test_no_envelope(body):
    """What has no header is no envelope, and the error says so."""
    with pytest.raises(MalformedEnvelopeError, match="The envelope's header is"):
        read(body)


def test_too_many_items():
    """An envelope has so many items and no more: each costs more than its bytes."""
    one = b'{"type":"a"}\n\n'

    assert len(items(one * MOST_ITEMS)) == MOST_ITEMS
    with pytest.raises(TooManyItemsError):
        items(one * 1_000_000)


def test_line_breaks_cost_nothing():
    """An envelope of line breaks alone takes no memory but its own."""
    body = b"\n" * 20_000_000
    tracemalloc.start()
    try:
        assert items(body) == []
        assert tracemalloc.get_traced_memory()[1] < 3 * len(body)
    finally:
        tracemalloc.stop()


def test_headers_of_items_take_no_memory():
    """Thirty megabytes of empty lists in them, a few kilobytes as gzip, took 850 of memory."""
    header = b'{"type":"event","a":[' + b",".join([b"[]"] * 21_000) + b"]}"
    body = b"{}\n" + b"\n{}\n".join([header] * (2 * MOST_HEADERS // len(header)))
    tracemalloc.start()

    with pytest.raises(TooManyItemsError):
        read(body)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * MOST_HEADERS
