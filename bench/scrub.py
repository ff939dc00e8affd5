"""
How long secrets take to be taken out of Sentry-like events, a log record and a message.

    python bench/scrub.py
"""

import inspect
import json
import random
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import orjson
from django.conf import settings

from fireline.scrub import scrubbed, scrubbed_json, scrubbed_text, texts

GOAL = 1.0
"""Milliseconds that the contract allows."""


def event(frames: int = 56) -> dict[str, Any]:
    """What a Django service sends of a failure: stack with source and locals, crumbs, request."""
    chance = random.Random(7)
    stack = [_frame(chance, number) for number in range(frames)]
    crumbs = [_crumb(chance, number) for number in range(60)]
    return {
        "event_id": "9ec79c33ec9942ab8353589fcb2e04dc",
        "level": "error",
        "platform": "python",
        "release": "crm@4f2e1a90c5",
        "timestamp": "2026-11-21T11:45:15.123456Z",
        "transaction": "/api/customers/{pk}/",
        "exception": {
            "values": [
                {
                    "type": "KeyError",
                    "value": "'credit_limit'",
                    "module": None,
                    "mechanism": {"type": "django", "handled": False},
                    "stacktrace": {"frames": stack},
                }
            ]
        },
        "breadcrumbs": {"values": crumbs},
        "request": {
            "url": "https://crm.example.com/api/customers/12/?page=2&order=name&token=fake-token-1",
            "method": "POST",
            "headers": {
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "de,en-US;q=0.7,en;q=0.3",
                "Authorization": "Bearer fake-bearer-0123456789",
                "Cookie": "sessionid=fake-session; csrftoken=fake-csrf; theme=dark",
                "Host": "crm.example.com",
                "Referer": "https://crm.example.com/customers/?page=1",
                "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "X-Correlation-Id": "0f5a3c1e-7a83-4d1e-8c55-6a3b7f0e9d21",
            },
            "data": {
                "name": "Ada Lovelace",
                "email": "ada@example.com",
                "password": "fake-password",
                "note": "Please call +49 30 901820 before Friday. " * 6,
            },
            "env": {"SERVER_NAME": "crm", "SERVER_PORT": "8000", "REMOTE_ADDR": "203.0.113.7"},
        },
        "user": {"id": "17", "username": "ada", "ip_address": "203.0.113.7"},
        "tags": {"error_id": "error_20261121_abcdefghijkl", "category": "system"},
        "contexts": {
            "runtime": {"name": "CPython", "version": "3.13.0"},
            "trace": {
                "trace_id": "0af7651916cd43dd8448eb211c80319c",
                "span_id": "b7ad6b7169203331",
            },
        },
        "modules": {f"package-{number}": f"{number}.2.1" for number in range(120)},
    }


def small_event(frames: int = 40) -> dict[str, Any]:
    """A quarter of that: what a tracker stores most, a long stack with few locals and one line each."""
    small = event(frames=0)
    small["breadcrumbs"]["values"] = small["breadcrumbs"]["values"][:20]
    small["modules"] = {}
    small["exception"]["values"][0]["stacktrace"]["frames"] = [
        {
            "filename": f"crm/part{number}/views.py",
            "abs_path": f"/srv/crm/crm/part{number}/views.py",
            "module": f"crm.part{number}.views",
            "function": "dispatch",
            "lineno": number,
            "in_app": number % 3 == 0,
            "context_line": f"        return handler_{number}(request, *args, **kwargs)",
            "vars": {
                "self": f"<crm.part{number}.View object at 0x7f3a{number:04x}d4e0>",
                "request": "<WSGIRequest: POST '/api/customers/12/?page=2'>",
                "response": "None",
                "kwargs": {"pk": "12"},
                "customer": {"id": number, "name": "Ada Lovelace"},
            },
        }
        for number in range(frames)
    ]
    return small


RECORD = {
    "time": "2026-11-21T11:45:15.123456Z",
    "level": "INFO",
    "logger": "crm.services.orders",
    "message": "Order 4711 of customer 12 was shipped by Ada Lovelace to Berlin",
    "correlation_id": "0f5a3c1e-7a83-4d1e-8c55-6a3b7f0e9d21",
    "order": 4711,
    "status": 200,
    "duration_ms": 12.5,
    "path": "/api/orders/4711/ship/",
    "user": "17",
}
MESSAGE = (
    "GET https://api.example.com/v2/orders/4711?page=2&order=name returned 503 after 3 attempts "
    "(timeout=2.5s); customer 12, invoice 2026-0000-1234, user ada@example.com; will retry in 30 s: "
    "Service Unavailable"
)


def _frame(chance: random.Random, number: int) -> dict[str, Any]:
    module = chance.choice(_SOURCES)
    at = chance.randrange(5, len(module) - 6)
    return {
        "filename": f"crm/services/part{number}/views.py",
        "abs_path": f"/srv/crm/releases/current/crm/services/part{number}/views.py",
        "module": f"crm.services.part{number}.views",
        "function": chance.choice(("dispatch", "get_response", "inner", "save", "full_clean")),
        "lineno": at,
        "in_app": number % 3 == 0,
        "pre_context": module[at - 5 : at],
        "context_line": module[at],
        "post_context": module[at + 1 : at + 6],
        "vars": _own_locals(number) if number % 3 == 0 else _framework_locals(number),
    }


def _framework_locals(number: int) -> dict[str, Any]:
    address = f"0x7f3a{number:04x}d4e0"
    return {
        "self": f"<django.middleware.common.CommonMiddleware object at {address}>",
        "request": "<WSGIRequest: POST '/api/customers/12/?page=2'>",
        "response": "None",
        "callback": f"<function View.as_view.<locals>.view at {address}>",
        "callback_args": [],
        "callback_kwargs": {"pk": "12", "format": "None"},
        "middleware_method": f"<bound method CsrfViewMiddleware.process_view of {address}>",
    }


def _own_locals(number: int) -> dict[str, Any]:
    lines = [{"sku": f"A-{n}", "count": n} for n in range(14)]
    return {
        "self": f"<crm.services.part{number}.views.CustomerView object at 0x7f3a{number:04x}d4e0>",
        "customer": {"id": 12, "name": "Ada Lovelace", "limit": 300.0, "tags": ["new", "vip"]},
        "settings": {
            "api_key": "fake-api-key",
            "timeout": 30,
            "base": "https://api.example.com/v2",
        },
        "rows": [[n, f"customer-{n}", n * 1.5, True] for n in range(10)],
        "body": json.dumps({"order": number, "lines": lines}),
        "total": 1234.5,
    }


def _crumb(chance: random.Random, number: int) -> dict[str, Any]:
    if number % 3 == 0:
        return {
            "type": "http",
            "category": "httplib",
            "timestamp": "2026-11-21T11:45:14.500Z",
            "data": {"url": f"https://api.example.com/v2/orders/{number}", "status_code": 200},
        }
    return {
        "type": "default",
        "category": "query",
        "timestamp": "2026-11-21T11:45:14.500Z",
        "message": 'SELECT "crm_customer"."id", "crm_customer"."name", "crm_customer"."created_at" '
        'FROM "crm_customer" WHERE ("crm_customer"."is_active" AND "crm_customer"."id" = %s) LIMIT 21',
        "data": {"db.system": "postgresql", "duration_ms": chance.random() * 20},
    }


_SOURCES = [inspect.getsource(module).splitlines() for module in (inspect, json, random)]


def best_of(work: Callable[[], object], runs: int = 500) -> float:
    """Milliseconds of the fastest run."""
    return min(_milliseconds(work) for _ in range(runs))


def parsed_of(value: object, *, first: bool, runs: int = 500) -> float:
    """Milliseconds of the fastest run in place, as over each event that the tracker has just parsed."""
    return _fastest(scrubbed_json, partial(orjson.loads, orjson.dumps(value)), first, runs)


def copied_of(value: object, *, first: bool, runs: int = 500) -> float:
    """Milliseconds of the fastest run that leaves the given value as it is."""
    return _fastest(scrubbed, lambda: value, first, runs)


def _fastest(
    scrub: Callable[[Any], object], make: Callable[[], object], first: bool, runs: int
) -> float:
    """Of all runs; `first` where no text was met before."""
    took = []
    for _ in range(runs):
        value = make()
        if first:
            texts.harmless.clear()
        took.append(_milliseconds(partial(scrub, value)))
    return min(took)


def _milliseconds(work: Callable[[], object]) -> float:
    since = perf_counter()
    work()
    return (perf_counter() - since) * 1000


def main() -> None:
    settings.configure()
    for sample in (event(), small_event()):
        print(f"{_bytes(sample) / 1000:.0f} kB, milliseconds:")
        for name, taken in (("just parsed", parsed_of), ("copied", copied_of)):
            first, again = taken(sample, first=True), taken(sample, first=False)
            print(f"  {name:<12} the first time {first:.2f}, again {again:.2f}")
    print(f"(goal: {GOAL} ms for 100 kB)")
    took = best_of(lambda: scrubbed(RECORD), runs=5000) * 1000
    print(f"a log record of {_bytes(RECORD)} bytes in {took:.1f} µs")
    took = best_of(lambda: scrubbed_text(MESSAGE), runs=5000) * 1000
    print(f"a message of {_bytes(MESSAGE)} bytes in {took:.1f} µs")


def _bytes(value: object) -> int:
    return len(json.dumps(value))


if __name__ == "__main__":
    main()
