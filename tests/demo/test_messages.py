"""Messages to customers: from the form, over sockets, to the mailbox and back to the trail."""

import re
import sqlite3
import time
from contextlib import closing

import httpx
import pytest

from tests.ops.running import TOKEN

PATIENCE = 20


@pytest.fixture(scope="module")
def operator(crm, visitor) -> httpx.Client:
    """The operator, logged in."""
    visitor.get("/login/")
    post(visitor, "/login/", username="operator", password=crm.password)
    return visitor


def post(client: httpx.Client, path: str, **data: str) -> httpx.Response:
    data["csrfmiddlewaretoken"] = client.cookies["crm_csrf"]
    return client.post(path, data=data, follow_redirects=True)


def customer(client: httpx.Client, **changes: str) -> str:
    """The path of a customer of this name."""
    fields = {"company": "", "city": "", "status": "active", **changes}
    response = post(client, "/customers/new/", **fields)
    assert response.url.path != "/customers/new/", response.text
    return response.url.path


def send(client: httpx.Client, path: str, channel: str, text: str, key: str = "") -> httpx.Response:
    page = client.get(path).text
    key = key or re.search(r'name="message-key" value="([^"]+)"', page)[1]
    data = {"message-channel": channel, "message-text": text, "message-key": key}
    return post(client, f"{path}messages/", **data)


def trail(page: str) -> list[str]:
    """Channels and outcomes, from the first attempt to the last."""
    found = re.findall(r'<ol class="trail".*?</ol>', page, re.DOTALL)
    return re.findall(r'<span class="tag[^"]*">([^<]+)</span>', found[0]) if found else []


def test_whatsapp_is_followed_to_its_reader(operator):
    """Meta's stand-in tells the CRM what became of it, signed."""
    path = customer(operator, name="Ada", email="ada@kunde.example", phone="+49 30 23125 014")
    send(operator, path, "whatsapp", "Your order is ready.")

    until = time.monotonic() + PATIENCE
    while (found := trail(operator.get(path).text)) != ["whatsapp", "read"]:
        assert time.monotonic() < until, found
        time.sleep(0.1)


def test_number_that_is_none_falls_back_to_mail(operator, crm):
    """The mail is there, and both attempts stand in the trail."""
    path = customer(operator, name="Bo", email="bo@kunde.example", phone="+353 20 915 0160")

    page = send(operator, path, "whatsapp", "Hello Bo.").text

    assert "Accepted by E-mail." in page
    assert trail(page) == ["whatsapp", "failed", "email", "accepted"]
    [mail] = (crm.data / "mails").glob("*.eml")
    assert "Hello Bo." in mail.read_text()


def test_form_that_is_sent_twice_sends_once(operator):
    """The key comes with the form."""
    path = customer(operator, name="Cy", email="cy@kunde.example", phone="+49 30 23125 024")
    page = operator.get(path).text
    key = re.search(r'name="message-key" value="([^"]+)"', page)[1]

    for _ in range(2):
        page = send(operator, path, "whatsapp", "Once.", key=key).text

    assert page.count("Once.") == 1
    assert trail(page)[0] == "whatsapp"


def test_figures_are_of_what_was_sent(operator, crm):
    """Attempts that were taken count, and what somebody has noted; failures do not."""
    headers = {"accept": "application/json", "authorization": f"Bearer {TOKEN}"}
    told = operator.get("/metrics/", headers=headers).json()["communications"]

    with closing(sqlite3.connect(crm.data / "crm.sqlite3")) as database:
        for channel in ("email", "whatsapp"):
            [[taken]] = database.execute(
                "SELECT count(*) FROM fireline_communication_attempt WHERE channel = ?"
                " AND outcome NOT IN ('unknown', 'failed')",
                [channel],
            )
            [[noted]] = database.execute(
                "SELECT count(*) FROM customers_activity WHERE kind = ? AND message_key IS NULL"
                " AND happened_at >= datetime('now', '-1 day')",
                [channel],
            )
            assert taken > 0
            assert told[f"{channel}_24h"] == taken + noted
