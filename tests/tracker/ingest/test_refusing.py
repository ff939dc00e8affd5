"""What is not accepted is refused fast, in words, and without harm to the service."""

import gzip
import logging
import os
import stat
import time

import pytest
import sentry_sdk
from django.test import Client
from sentry_sdk.transport import Transport

from fireline.tracker.ingest import room
from fireline.tracker.ingest.keys import Admission
from fireline.tracker.items import KINDS, MEBIBYTE
from fireline.tracker.spool import spool
from tests.servers.running import free_port
from tests.tracker.ingest.conftest import EVENT_ID, KEY, know, with_event

NO_KEY = {"X-Sentry-Auth": ""}


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        pytest.param({"headers": NO_KEY}, 403, "There is no sentry_key", id="no-key"),
        pytest.param(
            {"headers": {"X-Sentry-Auth": "Sentry sentry_key=x"}}, 403, "no such key", id="unknown"
        ),
        pytest.param({"project": "8"}, 403, "another project", id="other-project"),
        pytest.param({"project": "..%00"}, 403, "another project", id="path"),
        pytest.param(
            {"headers": {"Authorization": "Sentry sentry_key=y"}}, 403, "two different", id="two"
        ),
        pytest.param({"headers": {"Content-Encoding": "lzma"}}, 415, "'lzma'", id="encoding"),
        pytest.param({"headers": {"Content-Encoding": "gzip"}}, 400, "no gzip", id="no-gzip"),
        pytest.param({"body": b"hello"}, 400, "is no JSON", id="no-envelope"),
        pytest.param({"body": b"{}\nhello"}, 400, "no item that can be read", id="no-item"),
        pytest.param({"body": b""}, 400, "is no JSON", id="empty"),
        pytest.param({"body": b"{}\n" + b'{"type":"a"}\n\n' * 501}, 413, "500 items", id="items"),
        pytest.param(
            {"body": b'{"dsn":"https://other@host/7"}\n{"type":"event"}\n{}'},
            403,
            "two different",
            id="dsn-of-another-key",
        ),
        pytest.param({"body": b"hello", "to": "store"}, 400, "no JSON object", id="store"),
        pytest.param({"body": b"[" * 9, "to": "store"}, 400, "no JSON object", id="store-list"),
        pytest.param({"body": b"AAAA", "to": "store"}, 400, "no deflate", id="store-no-zlib"),
        pytest.param({"body": b"x", "to": "security"}, 400, "is no JSON", id="security"),
        pytest.param({"body": b"{}", "to": "security"}, 400, "no report", id="no-report"),
        pytest.param({"to": "minidump"}, 404, "takes no minidumps", id="minidump"),
        pytest.param({"to": "otlp/v1/traces"}, 404, "takes no OpenTelemetry", id="otlp"),
        pytest.param({"to": "unreal/key"}, 404, "Unreal", id="unreal"),
        pytest.param(
            {"to": f"events/{EVENT_ID}/attachments"}, 404, "attachments", id="attachments"
        ),
        pytest.param({"to": "cron/nightly"}, 404, "check-ins", id="cron"),
        pytest.param(
            {"to": "organizations/o/chunk-upload", "project": "0"}, 404, "sentry-cli", id="upload"
        ),
    ],
)
def test_refused(sender, sent, status, error):
    """Each refusal has its status, and says why in the body and in a header."""
    answer = sender.send(**{"body": with_event(), **sent})

    assert answer.status_code == status
    assert error in answer["X-Sentry-Error"]
    assert error in answer.json()["detail"]
    assert "X-Error-ID" not in answer
    assert sender.entries() == []


def test_method(sender):
    """What is only sent by POST is 405 otherwise."""
    answer = sender.client.get("/fireline/api/7/envelope/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize(
    ("item_type", "size"),
    [
        pytest.param(item_type, kind.most_bytes, id=item_type)
        for item_type, kind in KINDS.items()
        if kind.most_bytes <= MEBIBYTE
    ],
)
def test_too_large_items(sender, item_type, size):
    """An item of the largest size is accepted; one byte more is 413."""
    item = b'{"type":"%b","length":%d}\n%b\n'
    kind = item_type.encode()

    largest = sender.send(b"{}\n" + item % (kind, size, b"x" * size))
    larger = sender.send(b"{}\n" + item % (kind, size + 1, b"x" * (size + 1)))

    assert (largest.status_code, larger.status_code) == (200, 413)


def test_too_large_bodies(sender, settings):
    """Neither a large body nor a small one that becomes large is taken."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_ENVELOPE_MB": 2}
    know(Admission(key=KEY, project="7"))
    body = b'{}\n{"type":"attachment"}\n' + b"x" * (3 * MEBIBYTE)

    assert sender.send(body).status_code == 413
    packed = {"Content-Encoding": "gzip"}
    assert sender.send(gzip.compress(body), headers=packed).status_code == 413
    assert sender.send(b"x" * (20 * MEBIBYTE + 1)).status_code == 413
    assert sender.entries() == []


def test_origins(sender):
    """A key for the pages of one origin refuses those of others, which may read why."""
    know(Admission(key=KEY, project="7", allowed_origins=("https://shop.example",)))

    ours = sender.send(with_event(), headers={"Origin": "https://shop.example"})
    others = sender.send(with_event(), headers={"Origin": "https://evil.example"})

    assert (ours.status_code, others.status_code) == (200, 403)
    assert others["Access-Control-Allow-Origin"] == "*"
    assert "origin" in others["X-Sentry-Error"]


def test_quota(sender):
    """A key that has sent what it may in a minute is told when to come back; others are not held."""
    know(
        Admission(key=KEY, project="7", events_per_minute=3),
        Admission(key="other", project="7", events_per_minute=3),
    )

    answers = [sender.send(with_event()) for _ in range(5)]
    other = sender.send(with_event(), headers={"X-Sentry-Auth": "Sentry sentry_key=other"})

    if other.status_code == 200 and [each.status_code for each in answers].count(200) > 3:
        pytest.skip("a minute ended in the middle of it")
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    seconds = int(answers[-1]["Retry-After"])
    assert 0 < seconds <= 60
    assert answers[-1]["X-Sentry-Rate-Limits"].startswith(f"{seconds}::key:quota, ")
    assert other.status_code == 200
    assert len(sender.entries()) == 4


def test_quota_counts_events(sender):
    """Many events in one envelope are many."""
    know(Admission(key=KEY, project="7", events_per_minute=3))
    _, item = with_event().split(b"\n", 1)

    assert sender.send(with_event() + 3 * item).status_code == 429


def test_no_quota(sender):
    """A key whose quota is 0 may send nothing."""
    know(Admission(key=KEY, project="7", events_per_minute=0))

    assert sender.send(with_event()).status_code == 429


def test_full_spool(sender, settings):
    """A full spool refuses with the time to wait, and nothing of what was accepted is lost."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL_MB": 0.05}
    know(Admission(key=KEY, project="7"))
    body = with_event(os.urandom(4000).hex().encode())

    statuses = []
    while not statuses or (statuses[-1] == 200 and len(statuses) < 100):
        answer = sender.send(body)
        statuses.append(answer.status_code)

    assert statuses[-1] == 429
    seconds = int(answer["Retry-After"])
    assert answer["X-Sentry-Rate-Limits"].startswith(f"{seconds}::key:full, ")
    assert len(spool().take(100)) == statuses.count(200) > 0


def test_full_spool_reads_nothing(sender):
    """A key that was refused a moment ago is refused again before its body is read."""
    room._full_until[KEY] = (time.monotonic() + 60, 30)

    assert sender.send(b"not even an envelope").status_code == 429
    assert (
        sender.send(b"hello", headers={"X-Sentry-Auth": "Sentry sentry_key=x"}).status_code == 403
    )


def test_no_place(sender, settings, tmp_path, caplog):
    """A spool that cannot be written refuses as a full one does, and our log says why."""
    (tmp_path / "file").write_text("no directory")
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL": str(tmp_path / "file" / "spool")}
    know(Admission(key=KEY, project="7"))

    with caplog.at_level(logging.WARNING, "fireline.tracker.ingest"):
        answer = sender.send(with_event())

    assert answer.status_code == 429
    assert str(tmp_path) not in answer.content.decode() + answer["X-Sentry-Error"]
    assert str(tmp_path) in caplog.text


def test_no_redis(sender, settings):
    """A Redis that is gone is a spool without room: the client is told to come back, in time."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACKER_SPOOL": f"redis://127.0.0.1:{free_port()}/0"}
    know(Admission(key=KEY, project="7"))
    since = time.monotonic()

    answers = [sender.send(with_event()) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {429}
    assert time.monotonic() - since < 10


def test_flood_of_refusals(sender, log, reports, caplog):
    """Three hundred refusals are one line: no report, no access line, no security event."""
    with caplog.at_level(logging.DEBUG):
        for number in range(300):
            sender.send(b"x", headers={"X-Sentry-Auth": f"Sentry sentry_key={number}"})

    assert len([each for each in caplog.records if each.name == "fireline.tracker.ingest"]) == 1
    assert [each.name for each in caplog.records if each.levelno >= logging.WARNING] == [
        "fireline.tracker.ingest"
    ]
    assert reports == []
    assert log.access == []
    assert log.security == []


def test_own_failure(sender, monkeypatch, reports, caplog):
    """A failure of the tracker's own is 503 and a warning: reported, it would come to the tracker."""

    def fails(*_):
        raise ValueError("a bug")

    monkeypatch.setattr("fireline.tracker.ingest.views.accept", fails)

    answer = sender.send(with_event())

    assert answer.status_code == 503
    assert answer["X-Sentry-Rate-Limits"].startswith("60::key")
    assert "a bug" not in answer.content.decode()
    assert reports == []
    assert [(each.name, each.levelname) for each in caplog.records if each.levelno > 20] == [
        ("fireline.tracker.ingest", "WARNING")
    ]
    assert "a bug" in caplog.text


class Kept(Transport):
    """What the service's own SDK would send."""

    def __init__(self):
        super().__init__()
        self.envelopes = []

    def capture_envelope(self, envelope):
        self.envelopes.append(envelope)


def test_no_transaction(sender):
    """A service that traces itself traces no requests that bring events: they might be its own."""
    sdk = sentry_sdk.Client(transport=Kept(), traces_sample_rate=1.0, default_integrations=False)
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(sdk)
        with sentry_sdk.start_transaction(name="one"):
            assert sender.send(with_event()).status_code == 200
        with sentry_sdk.start_transaction(name="other"):
            sender.client.get("/nothing/")

    names = [each.get_transaction_event()["transaction"] for each in sdk.transport.envelopes]
    assert names == ["other"]


def test_without_a_name(spooled, log):
    """An SDK without a User-Agent is no attack."""
    know(Admission(key=KEY, project="7"))
    Client().post(f"/fireline/api/7/envelope/?sentry_key={KEY}", with_event(), "x")

    assert log.security == []


def test_own_urls_still_tell(client, settings, log, reports):
    """What is not the tracker's is told as ever."""
    settings.ROOT_URLCONF = "tests.tracker.ingest.urls"

    assert client.get("/fireline/nothing/").status_code == 404
    assert [report.code for report in reports] == ["NOT_FOUND"]
    assert len(log.access) == 1


def test_body_read_before(sender, settings):
    """A middleware that has read the body leaves it for the tracker."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.reads_body"]

    assert sender.send(with_event()).status_code == 200


def reads_body(get_response):
    def middleware(request):
        assert request.body
        return get_response(request)

    return middleware


def test_body_eaten_before(sender, settings):
    """A middleware that has eaten the body is named as the reason."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.eats_body"]

    answer = sender.send(with_event())

    assert (answer.status_code, answer.json()["detail"][:12]) == (400, "A middleware")


def eats_body(get_response):
    def middleware(request):
        request.read()
        return get_response(request)

    return middleware


def test_files_of_ours(sender, tmp_path):
    """What lies in the run directory is for this user alone."""
    know(Admission(key=KEY, project="7", events_per_minute=100))
    sender.send(with_event())

    files = [path for path in (tmp_path / "run").rglob("*") if path.parent.name == "quotas"]
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert KEY not in files[0].name
