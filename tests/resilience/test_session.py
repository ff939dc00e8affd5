"""A session for services that are slow, down, busy, lying, or gone half-way."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from fireline.errors import describe
from fireline.resilience import create_robust_session
from fireline.resilience.session import METHODS, STATUSES
from tests.resilience.server import answers, closes, closes_in_body, closes_in_head, is_silent, says
from tests.servers.running import free_port


@pytest.fixture
def session():
    """One with short waits for the next attempt."""
    with create_robust_session(backoff_factor=0.01, timeout=20, name="bank") as session:
        yield session


@pytest.fixture
def impatient():
    """One with short waits for the answer, too."""
    with create_robust_session(backoff_factor=0.01, timeout=0.8, name="bank") as session:
        yield session


# What is tried again


@pytest.mark.parametrize("status", STATUSES)
def test_busy_server_is_asked_again(session, server, status):
    """Each of the statuses that may be over a moment later."""
    server.behaves(answers(status), answers(200, b"paid"))

    response = session.get(server.url)

    assert (response.status_code, response.content) == (200, b"paid")
    assert len(server.asked) == 2


@pytest.mark.parametrize("method", sorted(METHODS))
def test_method_that_may_come_twice_is_sent_again(session, server, method):
    """HEAD, GET, PUT, DELETE, OPTIONS and TRACE."""
    server.behaves(answers(503, b""), answers(204, b""))

    assert session.request(method, server.url).status_code == 204
    assert [asked.method for asked in server.asked] == [method, method]


def test_last_answer_is_returned_after_three_retries(session, server):
    """Four requests; the caller sees what the server has said, and why."""
    server.behaves(answers(503, b'{"error": "maintenance"}'))

    response = session.get(server.url)

    assert response.json() == {"error": "maintenance"}
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "behaviour", [closes, closes_in_head, is_silent], ids=["closes", "half", "silent"]
)
def test_server_that_does_not_answer_is_asked_again(impatient, server, behaviour):
    """The connection is closed, or nothing comes in time."""
    server.behaves(behaviour, answers())

    assert impatient.get(server.url).status_code == 200
    assert len(server.asked) == 2


def test_server_that_is_down_is_an_external_failure(session, heard):
    """Four attempts, then the last error, which the catalogue knows."""
    with pytest.raises(requests.ConnectionError) as raised:
        session.get(f"http://127.0.0.1:{free_port()}/")

    report = describe(raised.value)
    assert (report.code, report.status) == ("EXTERNAL_SERVICE_ERROR", 503)
    assert [said["outcome"] for said in heard] == ["again", "again", "again", "failed"]


@pytest.mark.parametrize("status", [400, 401, 404, 413, 501])
def test_answer_that_would_not_change_is_taken(session, server, status):
    """What is not in the list is asked once, even with Retry-After."""
    server.behaves(answers(status, Retry_After="1"))

    assert session.get(server.url).status_code == status
    assert len(server.asked) == 1


def test_server_without_tls_is_not_asked_again(session, server, heard):
    """Neither that nor a wrong certificate becomes right by asking."""
    server.greeting = b"220 mail.example ESMTP\r\n"

    with pytest.raises(requests.exceptions.SSLError) as raised:
        session.get(f"https://127.0.0.1:{server.port}/")

    assert describe(raised.value).code == "EXTERNAL_SERVICE_ERROR"
    assert server.greeted == 1
    assert heard == []


# What is not sent twice


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_post_is_sent_once_to_a_busy_server(session, server, method):
    """Its first answer is the last."""
    server.behaves(answers(503), answers())

    assert session.request(method, server.url, json={"amount": 7}).status_code == 503
    assert len(server.asked) == 1


@pytest.mark.parametrize("behaviour", [closes, is_silent], ids=["closes", "silent"])
def test_post_is_sent_once_to_a_server_that_does_not_answer(impatient, server, behaviour):
    """It may have been done."""
    server.behaves(behaviour, answers())

    with pytest.raises(requests.RequestException) as raised:
        impatient.post(server.url, json={"amount": 7})

    assert describe(raised.value).code == "EXTERNAL_SERVICE_ERROR"
    assert len(server.asked) == 1


def test_post_with_an_idempotency_key_is_sent_again(session, server):
    """The server knows by the key that it is the same one."""
    server.behaves(closes, answers(503), answers(201, b"done"))

    response = session.post(server.url, json={"amount": 7}, headers={"Idempotency-Key": "o-7"})

    assert response.status_code == 201
    assert [(asked.headers["idempotency-key"], asked.body) for asked in server.asked] == [
        ("o-7", b'{"amount": 7}')
    ] * 3


def test_post_to_a_server_that_is_down_is_tried_once(session, heard):
    """And its error is as typed as that of a GET."""
    with pytest.raises(requests.ConnectionError):
        session.post(f"http://127.0.0.1:{free_port()}/")

    assert heard == []


def test_body_that_can_be_read_once_is_sent_once(session, server):
    """A generator would be empty the second time, and the PUT overwrite with nothing."""
    server.behaves(answers(503), answers(200))

    response = session.put(server.url, data=iter([b"all ", b"of it"]))

    assert response.status_code == 503
    assert [asked.body for asked in server.asked] == [b"all of it"]


def test_file_is_sent_again_from_its_beginning(session, server, tmp_path):
    """It can be rewound."""
    (tmp_path / "file").write_bytes(b"all of it")
    server.behaves(closes, answers(503), answers(200))

    with (tmp_path / "file").open("rb") as file:
        assert session.put(server.url, data=file).status_code == 200

    assert [asked.body for asked in server.asked] == [b"all of it"] * 3


# Retry-After


def in_two_seconds():
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


@pytest.mark.parametrize("asks", [lambda: "1", in_two_seconds], ids=["seconds", "date"])
def test_server_is_left_alone_for_as_long_as_it_asks(session, server, asks):
    """Retry-After in both its forms (RFC 9110, 10.2.3)."""

    def asks_now(server, peer):
        answers(429, Retry_After=asks())(server, peer)

    server.behaves(asks_now, answers())

    session.get(server.url)

    first, second = server.asked
    assert second.at - first.at >= 0.9


def test_longest_wait_is_ours(server, heard):
    """A server that asks for an hour gets `retry_after_max`."""
    server.behaves(answers(503, Retry_After="3600"), answers())

    with create_robust_session(retry_after_max=0.05) as session:
        assert session.get(server.url).status_code == 200

    assert heard[0]["wait"] == 0.05


@pytest.mark.parametrize(
    "nonsense", ["soon", "-1", "1.5", "9" * 5000, "", "Fri, 31 Feb 99999 25:61:00 GMT", "\x7f"]
)
def test_nonsense_is_not_waited_for(session, server, heard, nonsense):
    """The usual waits stand, and the longest one is still ours."""
    session.adapters["http://"].max_retries.longest = 0.05
    server.behaves(answers(503, Retry_After=nonsense), answers())

    assert session.get(server.url).status_code == 200
    assert heard[0]["wait"] <= 0.05


# Time


def test_request_without_a_time_out_has_one(server):
    """A server that says nothing does not hold us for ever."""
    server.behaves(is_silent)

    with create_robust_session(retries=0, timeout=0.2) as session, pytest.raises(requests.Timeout):
        session.get(server.url)


def test_time_out_of_the_request_wins(impatient, server):
    """As with any session."""
    server.behaves(lambda _, peer: server.is_ending.wait(1) or answers()(server, peer))

    assert impatient.get(server.url, timeout=20).status_code == 200
    assert len(server.asked) == 1


@pytest.mark.usefixtures("inside_request")
def test_inside_of_a_request_the_last_answer_comes_at_once(session, server, heard):
    """Somebody waits: the next wait would pass the budget of 2 s."""
    server.behaves(answers(429, Retry_After="3"))

    assert session.get(server.url).status_code == 429

    assert len(server.asked) == 1
    assert [said["outcome"] for said in heard] == ["out_of_time"]


@pytest.mark.usefixtures("inside_request")
def test_inside_of_a_request_the_last_error_comes_at_once(server, heard):
    """The waits for a server that is down are 0, 2 and 4 s: the second is too long."""
    with create_robust_session() as session, pytest.raises(requests.ConnectionError):
        session.get(f"http://127.0.0.1:{free_port()}/")

    assert [said["outcome"] for said in heard] == ["again", "out_of_time"]


def test_event_loop_is_not_held_up_by_waits(session, server, heard):
    """Whoever calls it there, against all advice, gets the last answer instead of a sleep."""
    server.behaves(answers(503, Retry_After="3"))

    async def call():
        return session.get(server.url)

    assert asyncio.run(call()).status_code == 503
    assert [said["outcome"] for said in heard] == ["out_of_time"]


# Answers that are none


def test_answer_that_breaks_off_is_an_external_failure(session, server):
    """Half of a body is not taken for the whole."""
    server.behaves(closes_in_body)

    with pytest.raises(requests.RequestException) as raised:
        session.get(server.url)

    assert describe(raised.value).code == "EXTERNAL_SERVICE_ERROR"


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(answers(200, b"plain", Content_Encoding="gzip"), id="not-gzip"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.2\r\n"), id="not-http"),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="not-chunked"
        ),
        pytest.param(says(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), id="500-headers"),
    ],
)
def test_server_that_lies_is_an_external_failure(session, server, behaviour):
    """Whatever it sends, the error is typed."""
    server.behaves(behaviour)

    with pytest.raises(requests.RequestException) as raised:
        session.get(server.url)

    assert describe(raised.value).code == "EXTERNAL_SERVICE_ERROR"


# What is sent along, and what is said


@pytest.mark.usefixtures("inside_request")
def test_correlation_id_is_sent_on(session, server):
    """With each attempt; one that the caller sets itself stands."""
    server.behaves(answers(503), answers())

    session.get(server.url)
    session.get(server.url, headers={"X-Correlation-ID": "own"})

    assert [asked.headers["x-correlation-id"] for asked in server.asked] == [
        "order-7",
        "order-7",
        "own",
    ]


def test_outside_of_a_request_no_id_is_made_up(session, server):
    """There is nothing to correlate with."""
    session.get(server.url)

    assert "x-correlation-id" not in server.asked[0].headers


@pytest.mark.usefixtures("inside_request")
def test_retries_are_logged_without_the_request(session, server, log, heard):
    """Neither path nor query: either may hold a secret."""
    server.behaves(answers(503), closes, answers())

    session.get(server.url, headers={"Authorization": "Bearer s3cret"})

    assert [said["outcome"] for said in heard] == ["again", "again", "succeeded"]
    lines = log.lines(logger=".retries")
    assert [line["level"] for line in lines] == ["WARNING", "WARNING", "INFO"]
    assert lines[0]["message"].startswith(
        "bank fails with HTTP 503 at attempt 1; the next follows in "
    )
    assert {(line["retry"], line["correlation_id"]) for line in lines} == {("bank", "order-7")}
    assert "s3cret" not in repr(lines)
    assert "/pay" not in repr(lines)
