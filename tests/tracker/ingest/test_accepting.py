"""What clients send is accepted, whole, with an id."""

import gzip
import json
import re
import zlib
from base64 import b64encode

import brotli
import orjson
import pytest
from django.test import Client

from fireline.tracker import envelope
from fireline.tracker.digest.arrivals import contents
from fireline.tracker.ingest import answers, encodings
from fireline.tracker.ingest.keys import Admission
from fireline.tracker.items import KINDS, MEBIBYTE
from fireline.tracker.payload import unpacked
from tests.tracker.ingest.conftest import EVENT_ID, KEY, know, with_event


def test_event(sender):
    """An event is kept as it came, and its id is answered."""
    answer = sender.send(with_event())

    assert answer.status_code == 200
    assert answer.json() == {"id": EVENT_ID}
    (entry,) = sender.entries()
    assert entry.envelope == with_event()
    assert (entry.project, entry.key, entry.is_scrubbed) == ("7", KEY, False)
    assert re.fullmatch(r"[0-9a-f]{32}", entry.id)


@pytest.mark.parametrize("item_type", sorted(KINDS))
def test_every_kind(sender, item_type):
    """Every kind of item that SDKs send is accepted, with what is in it."""
    answer = sender.send(b'{}\n{"type":"%b","x":1}\n{"y":2}' % item_type.encode())

    assert answer.status_code == 200
    (item,) = sender.envelope().items
    assert (item.type, item.header["x"], item.payload) == (item_type, 1, b'{"y":2}')


def test_unknown_kinds(sender):
    """Of an item that nobody knows its name is left, for it to be counted."""
    body = with_event() + b'{"type":"replay_recording","length":9}\n' + b"x" * 9 + b"\n"
    body += b'{"type":"../../<script>"}\nz\n'

    assert sender.send(body).status_code == 200

    found = sender.envelope()
    assert found.header["event_id"] == EVENT_ID
    assert [(item.type, item.payload) for item in found.items] == [
        ("event", b'{"message":"it broke"}'),
        ("replay_recording", b""),
        ("unknown", b""),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("A" * 32, "a" * 32, id="capitals"),
        pytest.param("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "a" * 32, id="dashes"),
        pytest.param("../../../../etc/passwd", None, id="path"),
        pytest.param("a" * 33, None, id="long"),
        pytest.param("ａ" * 32, None, id="wide-letters"),
        pytest.param("", None, id="empty"),
    ],
)
def test_event_id(sender, given, expected):
    """An event's id is 32 hexadecimal digits; what is none gets another, in what is kept too."""
    answer = sender.send(with_event(event_id=given))

    event_id = answer.json()["id"]
    assert re.fullmatch(r"[0-9a-f]{32}", event_id)
    assert expected in {None, event_id}
    assert sender.envelope().header["event_id"] == event_id


@pytest.mark.parametrize("header", ['{"event_id":7}', '{"event_id":null}', "{}", '{"event_id":[]}'])
def test_event_id_of_payload(sender, header):
    """An envelope without an id is known by its event's."""
    payload = b'{"event_id":"%b"}' % (b"b" * 32)

    answer = sender.send(header.encode() + b'\n{"type":"event"}\n' + payload)

    assert answer.json() == {"id": "b" * 32}
    assert sender.envelope().header["event_id"] == "b" * 32


def test_deep_header(sender):
    """A header that can be read but not written again costs its other fields alone."""
    deep = b'{"sent_at":"2026-01-01T00:00:00Z","x":' + b"[" * 900 + b"]" * 900 + b"}"

    assert sender.send(deep + b'\n{"type":"event"}\n{}').status_code == 200

    assert set(sender.envelope().header) == {"event_id", "sent_at"}


def test_nothing(sender):
    """An envelope without items is answered, and nothing is kept."""
    answer = sender.send(b'{"event_id":"%b"}\n' % EVENT_ID.encode())

    assert (answer.status_code, answer.json()) == (200, {})
    assert sender.entries() == []


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("deflate", zlib.compress, id="deflate"),
        pytest.param("br", brotli.compress, id="br"),
        pytest.param("zstd", encodings.zstd.compress, id="zstd"),
        pytest.param(
            "deflate, gzip", lambda body: gzip.compress(zlib.compress(body)), id="stacked"
        ),
        pytest.param("", lambda body: body, id="ruby"),
        pytest.param("UTF-8", lambda body: body, id="android"),
    ],
)
def test_encodings(sender, encoding, encode):
    """Whatever the encoding, the same envelope is kept."""
    answer = sender.send(encode(with_event()), headers={"Content-Encoding": encoding})

    assert answer.status_code == 200
    assert sender.entries()[0].envelope == with_event()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json",
        "",
        "\x7f" * 500,
    ],
)
def test_content_types(sender, content_type):
    """The type of the content is the client's whim; Django's forms have no part in it."""
    assert sender.send(with_event(), content_type=content_type).status_code == 200
    assert sender.entries()[0].envelope == with_event()


def test_large(sender, settings):
    """What is larger than Django takes in a form is legal here."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    payload = b'{"message":"%b"}' % (b"x" * (MEBIBYTE - 20))

    assert sender.send(with_event(payload)).status_code == 200
    assert sender.envelope().items[0].payload == payload


def test_without_slash(sender):
    """The address without a slash at its end is the same, and no redirect."""
    address = f"/fireline/api/7/envelope?sentry_key={KEY}"

    assert sender.client.post(address, with_event(), content_type="x").status_code == 200


def test_key_in_dsn(sender):
    """A tunnel's request bears its key in the envelope alone, compressed or not."""
    dsn = f"https://{KEY}@host/fireline/7"
    body = json.dumps({"dsn": dsn, "event_id": EVENT_ID}).encode() + b'\n{"type":"event"}\n{}'
    plain = {"X-Sentry-Auth": ""}

    assert sender.send(body, headers=plain).status_code == 200
    packed = {"X-Sentry-Auth": "", "Content-Encoding": "gzip"}
    assert sender.send(gzip.compress(body), headers=packed).status_code == 200
    assert len(sender.entries()) == 2


def test_store(sender):
    """A legacy event becomes an envelope of one event."""
    answer = sender.send(b' {"event_id":"%b","message":"old"}\n' % EVENT_ID.encode(), to="store")

    assert answer.json() == {"id": EVENT_ID}
    found = sender.envelope()
    assert found.header == {"event_id": EVENT_ID}
    assert [(item.type, orjson.loads(item.payload)["message"]) for item in found.items] == [
        ("event", "old")
    ]


def test_store_packed(sender):
    """A legacy event may be base64 of a zlib, beside any Content-Encoding."""
    packed = b64encode(zlib.compress(b'{"message":"packed"}'))

    assert sender.send(packed, to="store").status_code == 200
    encoded = {"Content-Encoding": "gzip"}
    assert sender.send(gzip.compress(packed), to="store", headers=encoded).status_code == 200
    payloads = [envelope.read(entry.envelope).items[0].payload for entry in sender.entries()]
    assert payloads == [b'{"message":"packed"}'] * 2


def test_store_without_project(sender):
    """The oldest address of all names no project: the key does."""
    answer = sender.client.post(
        f"/fireline/api/store/?sentry_key={KEY}", b'{"message":"x"}', content_type="x"
    )

    assert answer.status_code == 200
    assert sender.entries()[0].project == "7"


def test_store_broken_json(sender):
    """A legacy event that is no proper JSON is kept for the digest to mend, with an id."""
    answer = sender.send(b'{"a": NaN, "b": "\xff"}', to="store")

    assert re.fullmatch(r"[0-9a-f]{32}", answer.json()["id"])
    assert sender.envelope().items[0].payload == b'{"a": NaN, "b": "\xff"}'


def test_pixel(sender):
    """An event in a query is answered by a picture."""
    query = {
        "sentry_key": KEY,
        "sentry_data": b64encode(zlib.compress(b'{"message":"x"}')).decode(),
    }

    answer = sender.client.get("/fireline/api/7/store/", query)

    assert answer["Content-Type"] == "image/gif"
    assert answer.content[:6] == b"GIF89a"
    assert sender.envelope().items[0].payload == b'{"message":"x"}'


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(b'{"user":{"ip_address":"{{auto}}"}}', "127.0.0.1", id="asked"),
        pytest.param(b'{"sdk":{"settings":{"infer_ip":"auto"}}}', "127.0.0.1", id="inferred"),
        pytest.param(b'{"sdk":{"settings":{"infer_ip":"never"}}}', None, id="never"),
        pytest.param(b'{"user":{"id":1}}', None, id="not-asked"),
    ],
)
def test_address(sender, payload, expected):
    """The client's address is kept where the event asks for it, and nowhere else."""
    sender.send(with_event(payload))

    assert sender.envelope().header.get("client_address") == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(b'{"user":{"ip_address":"{{auto}}"}}', "127.0.0.1", id="asked"),
        pytest.param(b'{"user":{"id":1,"x":"{{auto}}"}}', "127.0.0.1", id="anywhere"),
        pytest.param(b'{"user":{"ip_address":"10.0.0.1","x":"{{auto}}"}}', "10.0.0.1", id="own"),
        pytest.param(b'{"user":{"id":1}}', None, id="not-asked"),
        pytest.param(b'{"user":7,"x":"{{auto}}"}', None, id="no-user"),
        pytest.param(b'{"user":{"ip_address":[],"x":"{{auto}}"}}', [], id="a-list"),
    ],
)
def test_address_of_user(sender, payload, expected):
    """The digest puts the address into the event's user, and leaves no {{auto}} that all would share."""
    sender.send(with_event(payload))

    (arrival,) = contents(sender.entries()[0]).arrivals
    user = unpacked(arrival.packed).get("user") or {}
    assert user.get("ip_address") == expected


def test_preflight(sender):
    """A page of any origin may ask what it may send; credentials are never among it."""
    answer = sender.client.options(
        "/fireline/api/7/envelope/", headers={"Origin": "https://shop.example"}
    )

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer["Access-Control-Allow-Methods"]
    allowed = answer["Access-Control-Allow-Headers"].lower()
    assert {"x-sentry-auth", "content-type", "sentry-trace", "baggage"} <= set(allowed.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


def test_exposed(sender):
    """A page may read the answer, also why it was refused."""
    for answer in (sender.send(with_event()), sender.send(b"")):
        assert answer["Access-Control-Allow-Origin"] == "*"
        exposed = answer["Access-Control-Expose-Headers"].lower()
        assert {"x-sentry-error", "x-sentry-rate-limits", "retry-after"} <= set(exposed.split(", "))


def test_unwanted_is_told(sender, monkeypatch):
    """SDKs are told what nobody digests, with every answer."""
    kept = {"attachment", "feedback", "user_report", "client_report", "log"}
    monkeypatch.setattr(answers, "_digested", [kept])

    answer = sender.send(with_event())

    assert answer["X-Sentry-Rate-Limits"] == (
        "3600:monitor;profile;profile_chunk;replay;session;span;trace_metric;transaction"
        ":organization"
    )


def test_wanted_is_not_told(sender, monkeypatch):
    """Who registers a digester for a kind of items is sent them from the next answer on."""
    digesters = {"attachment", "feedback", "client_report", "transaction"}
    monkeypatch.setattr(answers, "_digested", [digesters])
    assert "transaction" not in sender.send(with_event())["X-Sentry-Rate-Limits"]

    digesters |= set(KINDS)

    assert sender.send(with_event())["X-Sentry-Rate-Limits"] == "3600:replay:organization"


def test_no_session_no_form(sender, settings):
    """Neither CSRF, nor a login, nor a transaction of the request stands in the way."""
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    settings.DATABASES["default"]["ATOMIC_REQUESTS"] = True
    try:
        sender.client = Client(enforce_csrf_checks=True)
        answer = sender.send(with_event(), content_type="application/x-www-form-urlencoded")
    finally:
        settings.DATABASES["default"]["ATOMIC_REQUESTS"] = False

    assert answer.status_code == 200
    assert not answer.cookies


def test_several_keys(sender):
    """A project has several keys, and each is good until it is switched off."""
    know(Admission(key=KEY, project="7"), Admission(key="second", project="7"))

    second = {"X-Sentry-Auth": "Sentry sentry_key=second"}
    assert sender.send(with_event()).status_code == 200
    assert sender.send(with_event(), headers=second).status_code == 200
    assert {entry.key for entry in sender.entries()} == {KEY, "second"}
