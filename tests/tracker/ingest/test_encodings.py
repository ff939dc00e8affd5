"""Taking encodings off, of honest bodies and of bombs."""

import gzip
import os
import tracemalloc
import zlib
from concurrent.futures import Future
from importlib import metadata
from threading import Event

import brotli
import pytest

from fireline.tracker.ingest import encodings
from fireline.tracker.ingest.encodings import STEP, decoded, head_of, named
from fireline.tracker.ingest.large import GrownLarge, Memory, threads
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.items import MEBIBYTE


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


def zstandard(body: bytes) -> bytes:
    return encodings.zstd.compress(body)


ENCODERS = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("deflate", zlib.compress, id="deflate"),
    pytest.param("deflate", raw_deflate, id="raw-deflate"),
    pytest.param("br", lambda body: brotli.compress(body, quality=4), id="br"),
    pytest.param("zstd", zstandard, id="zstd"),
]


def large() -> Memory:
    """Of a request that may be large."""
    memory = Memory()
    memory.be_large()
    return memory


def refusal(body: bytes, *names: str, limit: int = 32 * MEBIBYTE) -> Refused:
    with pytest.raises(Refused) as refused:
        decoded(body, names, limit, large())
    return refused.value


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="small"),
        pytest.param(os.urandom(3 * STEP + 1), id="random"),
        pytest.param(b"a" * (3 * MEBIBYTE), id="monotonous"),
    ],
)
def test_decoded(name, encode, body):
    """What was encoded comes back whole."""
    assert decoded(encode(body), (name,), 4 * MEBIBYTE, large()) == body


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
def test_bomb(name, encode):
    """Of 32 MB in a few kilobytes no more is made than the limit, in steps."""
    bomb = encode(b"\0" * (32 * MEBIBYTE))
    assert len(bomb) < MEBIBYTE
    tracemalloc.start()
    try:
        refused = refusal(bomb, name, limit=4 * MEBIBYTE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert refused.status == 413
    assert peak < 8 * MEBIBYTE


@pytest.mark.parametrize("outer", ["gzip", "br", "zstd"])
def test_bomb_in_a_bomb(outer):
    """Every layer of a stack is bounded, also one whose output is small in the end."""
    encode = {encoder.id: encoder.values[1] for encoder in ENCODERS}[outer]
    empty = zlib.compressobj()
    inner = empty.compress(b"x") + b"".join(empty.flush(zlib.Z_FULL_FLUSH) for _ in range(3))
    inner += b"\0\0\0\xff\xff" * (12 * MEBIBYTE // 5)  # blocks of nothing

    refused = refusal(encode(inner), "deflate", outer, limit=8 * MEBIBYTE)

    assert refused.status == 413


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda body: body[:-1], id="cut"),
        pytest.param(lambda body: body[:4], id="cut-at-once"),
        pytest.param(lambda body: b"", id="nothing"),
        pytest.param(lambda body: body + b"x", id="more"),
        pytest.param(lambda body: body + body, id="twice"),
        pytest.param(lambda body: b"hello, I am none", id="none"),
        pytest.param(lambda body: b"\xff" * 100, id="noise"),
    ],
)
def test_broken(name, encode, spoil):
    """What is no such encoding is refused in words, not raised."""
    refused = refusal(spoil(encode(b'{"a":"b"}' * 50)), name)

    assert refused.status == 400
    assert name in refused.text


def test_wide_window():
    """A zstd that wants a window of 128 MiB is refused: the decoder would hold it."""
    parameter = encodings.zstd.CompressionParameter
    options = {parameter.compression_level: 1, parameter.window_log: 27}
    compressor = encodings.zstd.ZstdCompressor(options=options)

    assert refusal(compressor.compress(b"x") + compressor.flush(), "zstd").status == 400


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("", (), id="none"),
        pytest.param("UTF-8", (), id="old-android"),
        pytest.param("identity", (), id="identity"),
        pytest.param("GZip", ("gzip",), id="case"),
        pytest.param("deflate, gzip", ("deflate", "gzip"), id="two"),
        pytest.param(" , gzip,,", ("gzip",), id="blanks"),
    ],
)
def test_named(header, expected):
    """What changes nothing is left out of the encodings."""
    assert named(header) == expected


@pytest.mark.parametrize(
    ("header", "text"),
    [
        pytest.param("compress", "'compress' is not understood", id="unknown"),
        pytest.param("gzip, gzip, gzip, gzip", "more than 3 encodings", id="too-many"),
        pytest.param("gzip," * 100_000, "more than 3 encodings", id="endless"),
        pytest.param("\x00" * 5000, "is not understood", id="nul"),
    ],
)
def test_not_understood(header, text):
    """An encoding that nobody understands here is 415, with those that are."""
    with pytest.raises(Refused, match=text) as refused:
        named(header)

    assert refused.value.status == 415
    assert len(refused.value.text) < 300


@pytest.mark.parametrize("version", ["1.2.0", "1.0.9", "1.1", "odd"])
def test_old_brotli(monkeypatch, version):
    """A brotli that writes out of bounds is not even imported."""
    monkeypatch.setattr(encodings, "version", lambda name: version)

    assert encodings._patched_brotli() is None


def test_patched_brotli(monkeypatch):
    """A newer one is taken, whichever its number; none at all is no failure."""
    monkeypatch.setattr(encodings, "version", lambda name: "2.0.0")
    assert encodings._patched_brotli() is brotli

    def missing(name):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(encodings, "version", missing)
    assert encodings._patched_brotli() is None


def test_without_brotli(monkeypatch):
    """Without it `br` is 415, and the answer says the way out."""
    without = {name: decode for name, decode in encodings.DECODERS.items() if name != "br"}
    monkeypatch.setattr(encodings, "DECODERS", without)

    with pytest.raises(Refused, match=r"with brotli 1\.2\.1 or newer") as refused:
        named("br")
    assert refused.value.status == 415


def test_head_of():
    """The first bytes of a large body are known without the rest."""
    body = gzip.compress(b"head\n" + b"\0" * (10 * MEBIBYTE))

    assert head_of(body, ("gzip",), 5)[:5] == b"head\n"
    assert len(head_of(body, ("gzip",), 5)) <= STEP


def test_grown_large():
    """What becomes large is left to the threads for that, when it has taken one step."""
    body = gzip.compress(b"x" * (9 * MEBIBYTE))
    tracemalloc.start()
    try:
        with pytest.raises(GrownLarge):
            decoded(body, ("gzip",), 32 * MEBIBYTE, Memory())
        assert tracemalloc.get_traced_memory()[1] < 4 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_what_has_begun_is_waited_for(monkeypatch):
    """A client that is refused would be told so of what is kept a moment later."""
    begun, may_end = Event(), Event()
    submit = threads.pool.submit

    def submitted(work):
        future = submit(work)
        assert begun.wait(60)
        monkeypatch.setattr(future, "cancel", lambda: cancelled(future))
        return future

    def cancelled(future):  # the patience is at its end
        monkeypatch.setattr("fireline.tracker.ingest.large._PATIENCE", 60)
        may_end.set()
        return Future.cancel(future)

    def work():
        begun.set()
        return may_end.wait(60) and "kept"

    monkeypatch.setattr("fireline.tracker.ingest.large._PATIENCE", 0.01)
    monkeypatch.setattr(threads.pool, "submit", submitted)

    assert threads.done(work) == "kept"
