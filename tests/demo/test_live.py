"""The live feed in a browser: what is noted appears, and every way to fail is heard."""

import json
import re

import pytest
from websockets.sync.client import connect


@pytest.fixture(scope="module")
def live(crm, chromium):
    """The feed in one window, and the operator in another; what a browser complains of."""
    feed, operator = chromium.new_context().new_page(), chromium.new_context().new_page()
    complaints = []
    feed.on("console", lambda message: complaints.append(message.text))
    feed.on("pageerror", lambda error: complaints.append(str(error)))
    feed.goto(f"{crm.url}/live/")
    feed.locator("#state.active").wait_for()
    operator.goto(f"{crm.url}/login/?next=/customers/1/")
    operator.fill("[name=username]", "operator")
    operator.fill("[name=password]", crm.password)
    operator.click("main button")
    yield feed, operator, complaints
    for page in (feed, operator):
        page.context.close()


def test_what_is_noted_appears(live):
    """Without a reload, in another browser; the page's policy lets script and socket through."""
    feed, operator, complaints = live

    operator.fill("[name=text]", "Called about the <b>spring</b> newsletter")
    operator.locator("form", has=operator.locator("[name=text]")).locator("button").click()

    feed.locator("#feed article", has_text="the <b>spring</b> newsletter").wait_for()
    assert complaints == []


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("feed-no-json", "MALFORMED_MESSAGE"),
        ("feed-wrong-kind", '{"kind":["There is no such kind of activity."]}'),
        ("feed-rule", "The feed goes back a year at most."),
        ("feed-flood", "THROTTLED"),
        ("feed-signed-out", "closed with 4401 AUTHENTICATION_FAILED"),
        ("feed-no-route", "closed with 4404 NOT_FOUND"),
        ("feed-bug", "closed with 1011 INTERNAL_ERROR"),
    ],
)
def test_every_try_is_heard(live, name, heard):
    """What the page of failures says is what the client hears, and the feed goes on."""
    feed, _, _ = live

    feed.click(f"#{name}")

    feed.locator("#heard li", has_text=heard).first.wait_for()
    feed.locator("#state.active").wait_for()


def test_page_of_failures_leads_here(live):
    """Its button lets the socket fail at once; its line is one to paste."""
    feed, operator, _ = live
    operator.goto(re.sub("/live/.*", "/failures/", feed.url))

    entry = operator.locator("#feed-bug")
    url, says = re.search(r"python -m websockets (ws://\S+)\n(.+)", entry.inner_text()).groups()
    with connect(url) as socket:  # which names no origin
        socket.send(says)
        assert json.loads(socket.recv(45))["code"] == "INTERNAL_ERROR"
    entry.locator("a.button").click()

    operator.locator("#heard li", has_text="closed with 1011").wait_for()
