"""Two bugs are two issues: what other trackers join, each by name."""

import pytest

from fireline.tracker.grouping import fingerprint_of
from tests.tracker.grouping.events import (
    Event,
    bug,
    event,
    frame,
    generic,
    library,
    raised,
    said,
    script,
    template,
)

VIEW = "shop.views:show"

APART = [
    pytest.param(bug(VIEW), bug("shop.orders:pay"), id="the same text in two places"),
    pytest.param(
        bug(frame(VIEW, line="raise ValueError(a)")),
        bug(frame(VIEW, line="raise ValueError(b)")),
        id="the same text in two lines of a function",
    ),
    pytest.param(bug(VIEW), bug(VIEW, type="KeyError"), id="two types"),
    pytest.param(
        bug(VIEW, frame("shop.views:<lambda>", line='"a": lambda: 1 / 0,')),
        bug(VIEW, frame("shop.views:<lambda>", line='"b": lambda: 2 / 0,')),
        id="two functions without names",
    ),
    pytest.param(
        bug("shop.views:show"), bug("shop.admin:show"), id="functions of one name in two modules"
    ),
    pytest.param(
        bug(library("django.middleware.common:process"), library("django.http:parse")),
        bug(library("django.core.mail:send"), library("django.core.mail:connect")),
        id="no app frames",
    ),
    pytest.param(
        event(raised("shop.pay:send", type="Timeout"), raised(VIEW)),
        event(raised("shop.pay:send", type="Refused"), raised(VIEW)),
        id="causes of two types",
    ),
    pytest.param(
        event(raised("shop.pay:send"), raised(VIEW)),
        event(raised("shop.mail:send"), raised(VIEW)),
        id="causes of two places, wrapped in one",
    ),
    pytest.param(event(raised(VIEW)), event(raised("shop.a:b"), raised(VIEW)), id="a cause and none"),
    pytest.param(said("mail is late"), said("payment is late"), id="two messages"),
    pytest.param(
        said("connection lost", logger="shop.mail"),
        said("connection lost", logger="shop.pay"),
        id="one message of two loggers",
    ),
    pytest.param(
        event(raised(value="a is late")), event(raised(value="b is late")), id="no stack"
    ),
    pytest.param(
        script("pay", colno=90_000), script("refund", colno=90_000), id="two functions of a bundle"
    ),
    pytest.param(
        bug(type=None, value="a", mechanism={"synthetic": True}, platform="node"),
        bug(type=None, value="b", mechanism={"synthetic": True}, platform="node"),
        id="two messages of Node",
    ),
    pytest.param(
        bug(frame(VIEW), library("django.db:get")),
        bug(frame("shop.mail:send"), library("django.db:get")),
        id="one library function, called from two places",
    ),
    pytest.param(
        event(raised(), transaction="/a/"), event(raised(value="x", type="Other")), id="no frames at all"
    ),
    pytest.param(generic("/users/"), generic("/orders/<int:pk>/"), id="generic views, of which Django alone is in the stack"),
    pytest.param(bug(VIEW, template("list.html")), bug(VIEW, template("detail.html")), id="two templates of one view"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_bugs(one: Event, other: Event) -> None:
    """Events of two bugs have two fingerprints."""
    assert fingerprint_of(one).hash != fingerprint_of(other).hash
