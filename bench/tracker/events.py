"""The events that are sent: 25 kB each, of fifty bugs, as sentry-sdk for Python makes them."""

import gzip
import json
import random
import time
import uuid
from typing import Any

ISSUES = 50
SIZE = 25_000
"""Bytes of an event before compression."""

_WORDS = (
    "account address amount basket carrier charge checkout city country currency customer date "
    "delivery discount district email entry gateway height invoice item label ledger line market "
    "merchant message method note number offer order parcel payment period phone postcode price "
    "product quantity rate receipt refund region report request response route schedule shipment "
    "status stock street supplier surname tax total tracking transfer unit variant voucher weight"
).split()


def event(number: int) -> dict[str, Any]:
    """Event `number`: its bug by the number, its figures, texts and ids by chance."""
    bug = number % ISSUES
    chance = random.Random(number)
    skeleton = random.Random(bug)  # what every event of one bug has in common
    passed = [_value(chance) for _ in range(14)]  # locals go from frame to frame
    frames = [_frame(skeleton, passed, depth, bug) for depth in range(20)]
    queries = [_query(skeleton) for _ in range(6)]
    return {
        "event_id": uuid.UUID(int=chance.getrandbits(128)).hex,
        "timestamp": time.time(),
        "platform": "python",
        "level": "error",
        "server_name": f"web-{chance.randrange(8)}",
        "release": f"shop@1.{chance.randrange(4)}",
        "environment": chance.choice(("production", "staging")),
        "transaction": f"/{_WORDS[bug]}/<int:pk>/",
        "tags": {
            "error_id": f"error_20261121_{chance.getrandbits(60):012x}"[:27],
            "runtime": "3.13",
        },
        "user": {"id": str(chance.randrange(5_000)), "email": f"user{number}@example.com"},
        "request": {
            "method": "POST",
            "url": f"https://shop.example/{_WORDS[bug]}/{chance.randrange(10**6)}/",
            "headers": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "*/*"},
            "data": {word: chance.randrange(10**6) for word in chance.sample(_WORDS, 6)},
        },
        "exception": {
            "values": [
                {
                    "type": f"{_WORDS[bug].title()}Error",
                    "value": f"No {_WORDS[bug]} {chance.randrange(10**6)} for {_word(chance)}",
                    "module": "shop.errors",
                    "mechanism": {"type": "django", "handled": False},
                    "stacktrace": {"frames": frames},
                }
            ]
        },
        "breadcrumbs": {"values": [_crumb(chance, queries) for _ in range(25)]},
        "contexts": {
            "runtime": {"name": "CPython", "version": "3.13.0"},
            "trace": {"trace_id": f"{chance.getrandbits(128):032x}", "span_id": f"{number:016x}"},
        },
        "sdk": {"name": "sentry.python.django", "version": "2.75.0", "packages": []},
    }


def _frame(skeleton: random.Random, passed: list[Any], depth: int, bug: int) -> dict[str, Any]:
    module = f"{'django' if depth < 8 else 'shop'}.{_word(skeleton)}.{_word(skeleton)}"
    names = skeleton.sample(_WORDS, 7)
    lines = [f"    {_name(skeleton, names)} = {_name(skeleton, names)}.get()" for _ in range(11)]
    return {
        "filename": module.replace(".", "/") + ".py",
        "abs_path": f"/srv/shop/{module.replace('.', '/')}.py",
        "module": module,
        "function": f"{_word(skeleton)}_{_word(skeleton)}",
        "lineno": 10 + bug + depth,
        "in_app": depth >= 8,
        "pre_context": lines[:5],
        "context_line": lines[5],
        "post_context": lines[6:],
        "vars": {name: skeleton.choice(passed) for name in names},
    }


def _value(chance: random.Random) -> Any:
    return chance.choice(
        (
            chance.randrange(10**6),
            f"'{_word(chance)} {_word(chance)} {chance.randrange(10**4)}'",
            f"<{_word(chance).title()}: {chance.randrange(10**4)}>",
            [str(chance.randrange(100)), f"'{_word(chance)}'"],
        )
    )


def _crumb(chance: random.Random, queries: list[str]) -> dict[str, Any]:
    return {
        "timestamp": round(time.time(), 3),
        "category": "query",
        "type": "default",
        "level": "info",
        "message": chance.choice(queries),
        "data": {"duration_ms": chance.randrange(90)},
    }


def _query(skeleton: random.Random) -> str:
    table, column = _word(skeleton), _word(skeleton)
    return f'SELECT "{table}"."id", "{table}"."{column}" FROM "{table}" WHERE "{table}"."id" = %s'


def _name(skeleton: random.Random, names: list[str]) -> str:
    return "_".join(skeleton.choices(names, k=2))


def _word(chance: random.Random) -> str:
    return chance.choice(_WORDS)


def envelope(number: int) -> bytes:
    """The same as sentry-sdk sends it: an envelope, compressed by gzip."""
    payload = json.dumps(event(number)).encode()
    event_id = json.loads(payload)["event_id"]
    head = json.dumps({"event_id": event_id, "sent_at": _now()}).encode()
    item = json.dumps({"type": "event", "length": len(payload)}).encode()
    return gzip.compress(b"\n".join((head, item, payload)) + b"\n", compresslevel=9)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
