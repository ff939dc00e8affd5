"""
What accepting one event costs, from Django's request to the spool, in microseconds of CPU.

    python -m bench.accept [--rounds 9] [--events 300]

The view alone: what a server and Django's middlewares add is the service's own. Decompression alone
is told beside it. The least of all rounds is told, because machines have moods.
"""

import argparse
import gzip
import io
import json
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import django
from django.conf import settings

KEY = "0123456789abcdef0123456789abcdef"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--events", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        _set_up(Path(place))
        print("| encoding | bytes sent | µs for each | of that decompression |")
        print("| --- | ---: | ---: | ---: |")
        for name, encode, decode in ENCODINGS:
            bodies = [encode(_envelope(number)) for number in range(given.events)]
            whole = min(_accepted(bodies, name) for _ in range(given.rounds))
            part = min(_timed(decode, bodies) for _ in range(given.rounds))
            print(f"| {name or 'none'} | {len(bodies[0])} | {whole:.0f} | {part:.0f} |")


def _zstd(level: int, body: bytes) -> bytes:
    from fireline.tracker.payload import zstd

    return bytes(zstd.compress(body, level) if level else zstd.decompress(body))


ENCODINGS: list[tuple[str, Callable[[bytes], bytes], Callable[[bytes], bytes]]] = [
    ("", bytes, bytes),
    ("gzip", gzip.compress, gzip.decompress),
    ("deflate", zlib.compress, zlib.decompress),
    ("br", lambda body: brotli.compress(body, quality=4), brotli.decompress),
    ("zstd", lambda body: _zstd(3, body), lambda body: _zstd(0, body)),
]


def _set_up(place: Path) -> None:
    settings.configure(
        SECRET_KEY="only for benchmarks",
        INSTALLED_APPS=["fireline", "fireline.tracker"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": place / "db"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        FIRELINE={
            "RUN_DIRECTORY": str(place),
            "TRACKER_DIGEST": "off",
            "TRACKER_SPOOL_MB": 4096,
        },
    )
    django.setup()
    from fireline.tracker.ingest.keys import Admission, keys

    keys._book = {KEY: Admission(key=KEY, project="1")}
    keys._read_at = float("inf")


def _envelope(number: int) -> bytes:
    from bench.tracker.events import event

    payload = json.dumps(event(number)).encode()
    header = b'{"event_id":"%032x"}\n{"type":"event","length":%d}\n%b\n'
    return header % (number, len(payload), payload)


def _accepted(bodies: list[bytes], encoding: str) -> float:
    from fireline.tracker.ingest.views import envelope

    requests = [_request(body, encoding) for body in bodies]
    return _timed(lambda request: envelope(request, project="1"), requests)


def _request(body: bytes, encoding: str):
    from django.core.handlers.wsgi import WSGIRequest

    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/fireline/api/1/envelope/",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": encoding,
            "HTTP_X_SENTRY_AUTH": f"Sentry sentry_version=7, sentry_key={KEY}",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
    )


def _timed(work: Callable, each: list) -> float:
    """Microseconds of CPU for each."""
    since = time.process_time()
    answers = [work(one) for one in each]
    took = time.process_time() - since
    assert all(getattr(answer, "status_code", 200) == 200 for answer in answers)
    return took / len(each) * 1e6


if __name__ == "__main__":
    main()
