"""From a message to what all messages of one bug have in common."""

import time

import pytest

from fireline.tracker.grouping.engines import same_in_all
from fireline.tracker.grouping.messages import normalised

TABLE = [
    ("no mail to anna.b+1@shop.example.org now", "no mail to <email> now"),
    ("GET https://shop.example/a?b=1 failed", "GET <url> failed"),
    ("cannot connect to db-7.internal:5432", "cannot connect to <host>"),
    ("10.0.0.7:8000 is gone", "<ip> is gone"),
    ("fe80::1ff:fe23:4567:890a is gone", "<ip> is gone"),
    ("order 4f1c0f4e-0000-4000-8000-6a6f686e2121", "order <uuid>"),
    ("order 4f1c0f4e0000400080006a6f686e2121", "order <uuid>"),
    ("commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "commit <hash>"),
    ("commit 3f2a91b", "commit <hash>"),
    ("token AKIA4EXAMPLE7KEY9ABC is bad", "token <hash> is bad"),
    ("due 2026-11-21", "due <date>"),
    ("due 2026-11-21T17:00:00.123Z now", "due <date> now"),
    ("due Sat, 21 Nov 2026 17:00:00 GMT", "due <date>"),
    ("took 3.5 s of 300ms", "took <duration> of <duration>"),
    ("object at 0x7f3a8c0d", "object at <hex>"),
    ("3.14 or -2.5e10", "<float> or <float>"),
    ("order 7 of 4711, worker-12, item_3", "order <int> of <int>, worker-<int>, item_<int>"),
    ("ids 1, 2,3 and 4", "ids <int> and <int>"),
    ("1,200 of 1,234,567 rows, 12.5 MB, 7 bytes", "<int> of <int> rows, <size>"),
    ("€1,299.00 or €12.50", "€<float> or €<float>"),
    ("v1.2.3 is no 1.3.0", "<version> is no <version>"),
    ("payment pi_3MtwBwLkdIwHu7ix28a3tqPa failed", "payment pi_<hash> failed"),
    ("no /tmp/tmp8k_x1zqa/a.csv", "no /tmp/<temporary>/a.csv"),
    ("no 'colour' in \"box\"", "no <text> in <text>"),
    ("is_open is True", "is_open is <bool>"),
    ("user's cart isn't full", "user's cart isn't full"),
    ("utf8 and v2beta stay", "utf8 and v2beta stay"),
    ("id IN (1, 2, 3)", "id IN (<values>)"),
    ("id IN (1)", "id IN (<values>)"),
    (
        'violates unique constraint "shop_key"\nDETAIL:  Key (email)=(a b@c.de) already exists.',
        "violates unique constraint <text> DETAIL: Key (email)=(<values>) already exists.",
    ),
    ("Failing row contains (7, anna, null).", "Failing row contains (<values>)."),
    ("syntax error\nLINE 1: SELECT secret FROM\n        ^", "syntax error"),
    ("  many   blanks\n", "many blanks"),
    ("", ""),
]


@pytest.mark.parametrize(("message", "expected"), TABLE, ids=[row[0][:40] for row in TABLE])
def test_values_become_names(message: str, expected: str) -> None:
    """What differs from event to event is named, the rest stays."""
    assert normalised(message) == expected


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(
            (
                "Cannot read properties of undefined (reading 'total')",
                "Cannot read property 'total' of undefined",
                'can\'t access property "total", order is undefined',
                "undefined is not an object (evaluating 'this.order.total')",
                "null is not an object (evaluating 'order.total')",
            ),
            id="property of nothing",
        ),
        pytest.param(
            ("a.pay is not a function", "pay is not a function. (In 'pay()', 'pay' is undefined)"),
            id="no function",
        ),
        pytest.param(("cart is not defined", "Can't find variable: cart"), id="no variable"),
        pytest.param(
            ("Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"),
            id="no network",
        ),
        pytest.param(
            (
                "Loading chunk 17 failed.\n(error: https://shop.example/17.js)",
                "Failed to fetch dynamically imported module: https://shop.example/a.js",
                "error loading dynamically imported module: https://shop.example/b.js",
                "Importing a module script failed.",
            ),
            id="no chunk",
        ),
    ],
)
def test_browsers_agree(messages: tuple[str, ...]) -> None:
    """Words of several browsers for one mistake become the same."""
    assert len({same_in_all(message) for message in messages}) == 1


@pytest.mark.parametrize(
    "run",
    [
        "a", "1", "a.", "1.", "a1", "0x", "f", "'", '"', "`", "(", "=(", "(1,", "('a',", "a@", "@", ":", "::", "1:",
        "ab:", "-", "1-", "2026-", "://", "a://", " ", "\\", "'\\", "%", "é", "\0", "a-", "x'", "1 ms", "in in ", "LINE 1: \n",
    ],
)  # fmt: skip
def test_long_runs_take_no_time(run: str) -> None:
    """No pattern looks back and forth: a message of any characters is read in a few milliseconds."""
    begun = time.process_time()
    normalised((run * 1000)[:1000] + "!")

    assert time.process_time() - begun < 0.15
