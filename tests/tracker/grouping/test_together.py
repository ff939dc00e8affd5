"""One bug is one issue: what other trackers split, each by name."""

from copy import deepcopy

import pytest

from fireline.tracker.grouping import fingerprint_of
from tests.tracker.grouping.events import (
    Event,
    bug,
    event,
    frame,
    frames,
    generic,
    library,
    raised,
    said,
    script,
    template,
)

VIEW = "shop.views:show"
ORDER = "shop.orders:pay"
CALLED = ("django.core.handlers.exception:inner", "django.core.handlers.base:_get_response")


def moved(path: str) -> Event:
    """A bug of a service that is deployed there."""
    return bug(frame(VIEW, abs_path=f"{path}/shop/views.py", filename=f"{path}/shop/views.py"))


def without_module(path: str) -> Event:
    """The same from an SDK that sends no modules."""
    return bug(frame(VIEW, module=None, abs_path=path, filename=path))


def middlewares(*names: str) -> Event:
    """A view behind middlewares of the service's own."""
    stack = [one for name in names for one in (CALLED[0], name)]
    return bug(*frames(*stack, *CALLED, VIEW, ORDER))


def marked(mark: object) -> Event:
    """A view below Django, gunicorn and DRF, whose SDK says the same of every frame."""
    stack = [library("gunicorn.workers.sync:handle"), library("rest_framework.views:dispatch")]
    whole = deepcopy([*stack, frame(VIEW), frame(ORDER), library("django.db.models.query:get")])
    for one in whole:
        one["in_app"] = mark
    return bug(*whole)


def group(*members: str) -> Event:
    """An exception group of tasks that have raced."""
    values = [
        raised(
            frame(f"shop.tasks:{name}"),
            type=name.title(),
            value=f"task {number} of {len(members)}",
            mechanism={
                "exception_id": number,
                "parent_id": 0,
                "source": f"exceptions[{number - 1}]",
            },
        )
        for number, name in enumerate(members, 1)
    ]
    root = raised(
        frame("shop.tasks:run"),
        type="ExceptionGroup",
        value=f"unhandled errors in a TaskGroup ({len(members)} sub-exceptions)",
        mechanism={"exception_id": 0, "is_exception_group": True},
    )
    return event(*reversed(values), root)


SAME = [
    pytest.param(
        bug(VIEW, value="no mail to anna@shop.example"),
        bug(VIEW, value="no mail to bert@mail.example"),
        id="an e-mail address in the message",
    ),
    pytest.param(
        said("no mail to anna@shop.example"),
        said("no mail to bert.b+1@mail.example.org"),
        id="an e-mail address in a message without a stack",
    ),
    pytest.param(
        bug(VIEW, type="KeyError", value="'anna'"),
        bug(VIEW, type="KeyError", value="4711"),
        id="a key in the message",
    ),
    pytest.param(
        bug(VIEW, *[ORDER] * 2), bug(VIEW, *[ORDER] * 50), id="recursion of differing depth"
    ),
    pytest.param(bug(VIEW, ORDER), bug(VIEW, *[ORDER] * 9), id="recursion and none"),
    pytest.param(
        bug(VIEW, *["shop.tree:even", "shop.tree:odd"] * 3, "shop.tree:leaf"),
        bug(VIEW, *["shop.tree:even", "shop.tree:odd"] * 40, "shop.tree:even", "shop.tree:leaf"),
        id="two functions that call each other, to differing depth",
    ),
    pytest.param(
        bug(VIEW, *["shop.tree:a", "shop.tree:b", "shop.tree:c"] * 2),
        bug(VIEW, *["shop.tree:a", "shop.tree:b", "shop.tree:c"] * 30, "shop.tree:a"),
        id="a cycle of three, left in the middle",
    ),
    pytest.param(
        bug(VIEW, "shop.tree:walk", "shop.tree:list", "shop.tree:walk", "shop.tree:dict"),
        bug(VIEW, "shop.tree:walk", "shop.tree:dict", "shop.tree:walk", "shop.tree:list"),
        id="a walk whose way is up to the data",
    ),
    pytest.param(
        bug(VIEW, *["shop.tree:a", "shop.tree:b"] * 9, type="RecursionError"),
        bug("shop.jobs:run", *["shop.tree:b", "shop.tree:a"] * 20, type="RecursionError"),
        id="a recursion that never ends, from elsewhere",
    ),
    pytest.param(
        bug(VIEW, frame(ORDER), frame("shop.orders:<listcomp>", line="1 / x"), value="3.11"),
        bug(VIEW, frame(ORDER, line="1 / x"), value="3.12"),
        id="comprehension frames, gone in Python 3.12",
    ),
    pytest.param(
        bug(VIEW, frame(ORDER, lineno=7, line="return 1 / 0")),
        bug(VIEW, frame(ORDER, lineno=901, line="  return 1 / 0")),
        id="a line shift",
    ),
    pytest.param(
        bug(VIEW, frame(ORDER, line="raise Refused('no', code)")),
        bug(VIEW, frame(ORDER, line='raise Refused( "no", code )')),
        id="a formatter",
    ),
    pytest.param(
        bug(*frames(*CALLED, VIEW), library("django.db.models.query:get", lineno=493)),
        bug(
            *frames(*CALLED, VIEW),
            library("django.db.models.query:_new", lineno=9),
            library("django.db.models.query:get", lineno=571, context_line="raise changed"),
        ),
        id="a library upgrade that shifts lines",
    ),
    pytest.param(
        bug(library("django.db:a"), library("django.db:get", lineno=1, context_line="raise old")),
        bug(library("django.db:a"), library("django.db:get", lineno=7, context_line="raise new")),
        id="a library upgrade, and no app frames",
    ),
    pytest.param(
        bug(*frames(CALLED[0], "shop.m:show", "shop.m:timed", CALLED[0], "shop.m:check")),
        bug(*frames(CALLED[0], "shop.m:check")),
        id="a bug in a middleware below another",
    ),
    pytest.param(
        bug(*frames(CALLED[0], "shop.m:timed", *CALLED, "rest_framework.views:dispatch", "rest_framework.request:data")),
        bug(*frames(*CALLED, "rest_framework.views:dispatch", "rest_framework.request:data")),
        id="a library's view below other middlewares",
    ),
    pytest.param(moved("/srv/app/1.2"), moved("/srv/app/1.3"), id="a deployment path"),
    pytest.param(moved("/srv/app"), moved("C:\\Sites\\app"), id="a path of Windows"),
    pytest.param(
        without_module("/srv/app/1.2/Shop.py"),
        without_module("C:\\app\\1.3\\shop.py"),
        id="a path of Windows without modules",
    ),
    pytest.param(
        bug(frame(VIEW), library("django.http:get")),
        bug(frame(VIEW), library("django.http:get", abs_path="C:\\venv\\Lib\\site-packages\\a.py")),
        id="another virtualenv",
    ),
    pytest.param(
        event(raised(VIEW), threads={"values": [{"name": "Thread-7 (work)", "current": True}]}),
        event(raised(VIEW), threads={"values": [{"name": "worker-8", "current": True}]}),
        id="renamed worker threads",
    ),
    pytest.param(
        middlewares(),
        middlewares("shop.middleware:timing", "shop.middleware:__call__"),
        id="a view behind other middlewares",
    ),
    pytest.param(
        bug(*frames("shop.asgi:traced", *CALLED, VIEW, ORDER)),
        bug(*frames(*CALLED, VIEW, ORDER)),
        id="a view below another server",
    ),
    pytest.param(marked(True), marked(False), id="everything in_app or nothing"),
    pytest.param(
        bug(library("django.http:a"), VIEW, library("django.db.models.query:get")),
        bug(
            frame("runpy:run", abs_path="/usr/lib/python3.13/runpy.py", in_app=None),
            frame("django.http:b", abs_path="/var/task/django/http.py"),
            VIEW,
            frame("django.db.models.query:get", abs_path="/var/task/django/db/models/query.py"),
        ),
        id="libraries beside the service, all in_app",
    ),
    pytest.param(marked(True), marked(None), id="everything in_app or no word of it"),
    pytest.param(group("refused", "timeout"), group("timeout", "refused"), id="tasks that race"),
    pytest.param(
        group("refused", "timeout"),
        group("timeout", *["refused"] * 9),
        id="more members of the same kinds",
    ),
    pytest.param(
        event(raised("shop.pay:send"), raised(VIEW)),
        event(*[raised("shop.pay:send")] * 5, raised(VIEW)),
        id="a loop that has tried more often",
    ),
    pytest.param(
        script("<anonymous>", "HTMLButtonElement.onclick", "Cart.pay", "Object.total [as sum]"),
        script("global code", "onclick", "pay", "total"),
        id="two browsers",
    ),
    pytest.param(
        script("main", "async Cart.submit", "Cart.pay"),
        script("setTimeout handler*start", "start/<", "async*submit", "pay"),
        id="two browsers that tell differently what was awaited",
    ),
    pytest.param(
        script("pay"),
        script("pay", filename="https://cdn.example/app.0badc0de.js?v=2", colno=77),
        id="a new build",
    ),
    pytest.param(
        script("e", "t", "pay", colno=90_000),
        script("n", "r.a", "o", "pay", colno=80_000),
        id="names of a minifier",
    ),
    pytest.param(
        event(raised(type="TypeError", value="can't access property \"a\", b is undefined"), platform="javascript"),
        event(
            raised(type="TypeError", value="Cannot read properties of undefined (reading 'a')"),
            platform="javascript",
        ),
        id="words of two browsers, without a stack",
    ),
    pytest.param(
        said("order 7", threads={"values": [{"current": True, "stacktrace": {"frames": [frame(VIEW)]}}]}),
        said("all orders", threads=[{"stacktrace": {"frames": [frame(VIEW)]}}]),
        id="a message with a stack",
    ),
    pytest.param(
        event(raised(), threads={"values": [{"stacktrace": {"frames": [frame(ORDER)]}}, {"crashed": True, "stacktrace": {"frames": [frame(VIEW)]}}]}),
        event(raised(value="b"), stacktrace={"frames": [frame(VIEW)]}),
        id="a thread that crashed",
    ),
    pytest.param(
        bug(frame(VIEW), type=None, value="order 7 is late", mechanism={"synthetic": True}, platform="node"),
        bug(frame(ORDER), type=None, value="order 81 is late", mechanism={"synthetic": True}, platform="node"),
        id="a message of Node, sent from two places",
    ),
    pytest.param(script("pay"), script("pay", "withScope", "captureException"), id="who has captured it"),
    pytest.param(generic("/users/"), generic("/users/", value="x"), id="a generic view"),
    pytest.param(generic("/users/7/", "url"), generic("/users/8/", "url"), id="addresses that nobody has written"),
    pytest.param(
        bug(VIEW, template("a.html"), template("base.html")),
        bug(VIEW, template("b.html"), template("base.html", abs_path="/srv/old/shop/templates/shop/base.html")),
        id="a layout, below two templates and in two places",
    ),
    pytest.param(
        event(raised(ORDER), raised(VIEW, ORDER)), event(raised(ORDER), raised(ORDER), raised(VIEW, ORDER)), id="tries again"
    ),
    pytest.param(event(raised(ORDER), raised(VIEW, ORDER)), bug(VIEW, ORDER), id="tries again, and none"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_bug(one: Event, other: Event) -> None:
    """Two events of one bug have one fingerprint."""
    assert fingerprint_of(one).parts == fingerprint_of(other).parts
    assert fingerprint_of(one) == fingerprint_of(other)
