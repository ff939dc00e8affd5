"""The same failure over REST, over a WebSocket and on a page."""

import json
from html import unescape

import pytest

from fireline.answers.frames import close_code, is_last
from fireline.answers.words import words_for
from fireline.errors import KINDS, Category, Failure, describe
from tests.conftest import BROWSER
from tests.sources.channels.running import closed, said, serving


@pytest.fixture(scope="module")
def shaped(tmp_path_factory):
    """A service that answers in the shape that says most."""
    with serving("uvicorn", tmp_path_factory.mktemp("shaped"), TESTS_SHAPE="problem") as service:
        yield service


@pytest.mark.parametrize("code", list(KINDS))
def test_every_kind_is_the_same_everywhere(shaped, code):
    """REST, WebSocket and page agree on code, message and ids, and the log says the same of each."""
    expected = describe(Failure("secret words", code=code))
    headers = {"x-correlation-id": f"kind-{code}", "user-agent": "tests"}

    rest = shaped.http.get(f"/api/kinds/{code}/", headers=headers)
    page = shaped.http.get(f"/kinds/{code}/", headers={**headers, "accept": BROWSER})
    with shaped.socket("/ws/rooms/1/", additional_headers=headers) as socket:
        socket.send(json.dumps({"type": "fail", "how": code}))
        frame = said(socket)
        if is_last(expected):
            assert closed(socket) == (close_code(expected), code)

    body = rest.json()
    assert rest.status_code == page.status_code == expected.status
    assert {body["code"], frame["code"]} == {code}
    assert {body["detail"], frame["message"]} == {expected.message}
    words = words_for(expected)
    said_on_page = unescape(page.text)
    assert str(words.title) in said_on_page
    assert str(words.message) in said_on_page
    if expected.category is Category.BUSINESS:
        assert expected.message in said_on_page
    assert page.headers["x-error-id"] in said_on_page
    assert (body["error_id"], body["correlation_id"]) == (
        rest.headers["x-error-id"],
        rest.headers["x-correlation-id"],
    )
    ids = {rest.headers["x-error-id"], page.headers["x-error-id"], frame["error_id"]}
    assert len(ids) == 3
    assert {body["correlation_id"], page.headers["x-correlation-id"], frame["correlation_id"]} == {
        f"kind-{code}"
    }
    lines = [shaped.line(error_id=error_id, logger="crm.errors") for error_id in ids]
    fields = {
        (
            line["code"],
            line["category"],
            line["severity"],
            line["status"],
            line["level"],
            line["message"],
        )
        for line in lines
    }
    assert len(fields) == 1
    assert {line["correlation_id"] for line in lines} == {f"kind-{code}"}
