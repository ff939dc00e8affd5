"""Whatever bytes come, the answer is one of the protocol's, and what is accepted can be read again."""

import gzip
import random
import zlib

import brotli
import pytest

from fireline.tracker import envelope
from fireline.tracker.ingest.encodings import zstd
from tests.tracker.ingest.conftest import EVENT_ID, with_event

ROUNDS = 150
SEEDS = [
    with_event() + b'{"type":"attachment","length":4}\n\0\n\xff\r\n{"type":"log"}\n[]',
    b'{"message":"legacy"}',
    b'[{"type":"csp-violation","body":{"blockedURL":"inline"},"age":5},{"type":"x"}]',
    b'{"dsn":"http://k@h/7","event_id":"%b"}\n{"type":"event"}\n{}\n' % EVENT_ID.encode(),
]
SPICE = [b"\n", b"\0", b"\xff", b"{", b"}", b'"', b"[" * 2000, b"-1", b"9" * 400, b"\r\n", b"null"]
ENCODERS = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, deflate": lambda body: zlib.compress(gzip.compress(body)),
}


def spoilt(body: bytes, chance: random.Random) -> bytes:
    """The body with a few bytes lost, doubled, replaced or added."""
    for _ in range(chance.randrange(4)):
        at, length = chance.randrange(len(body) + 1), chance.randrange(12)
        part = chance.choice([b"", body[at : at + length] * 2, chance.choice(SPICE)])
        body = body[:at] + part + body[at + length :]
    return body


@pytest.mark.parametrize("to", ["envelope", "store", "security"])
def test_fuzzed(sender, to):
    """No input makes the tracker fail, or lets it keep what it cannot read."""
    chance = random.Random(to)
    for _ in range(ROUNDS):
        name = chance.choice(list(ENCODERS))
        body = spoilt(ENCODERS[name](spoilt(chance.choice(SEEDS), chance)), chance)

        answer = sender.send(body, to=to, headers={"Content-Encoding": name})

        assert answer.status_code in {200, 400, 403, 413, 415}, body
    entries = sender.entries()
    assert entries
    for entry in entries:
        assert envelope.read(entry.envelope).items
