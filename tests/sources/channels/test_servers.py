"""Sockets under uvicorn, Daphne and Hypercorn, with a real client and a real Valkey between them."""

import json
import re
import struct
import time
from socket import SO_LINGER, SOL_SOCKET, create_connection

import pytest
import redis
from websockets.exceptions import InvalidStatus

from tests.sources.channels.running import PATIENCE, closed, said

HANDSHAKE = (
    b"GET /ws/rooms/1/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\nX-Correlation-ID: vanished\r\n\r\n"
)

# Daphne lets no application send these two.
_OTHERWISE = {"daphne": {1011: 4500, 1013: 4503}}


def code_of(service, code):
    """The code with which this server can close."""
    return _OTHERWISE.get(service.kind, {}).get(code, code)


@pytest.mark.parametrize("room", ["/ws/rooms/1/", "/ws/rooms/1/sync/"], ids=["async", "sync"])
@pytest.mark.parametrize(
    ("how", "code", "close_code"),
    [
        pytest.param("validation", "VALIDATION_ERROR", 4400, id="validation"),
        pytest.param("UNAUTHENTICATED", "UNAUTHENTICATED", 4401, id="unauthenticated"),
        pytest.param("permission", "PERMISSION_DENIED", 4403, id="permission"),
        pytest.param("RATE_LIMITED", "RATE_LIMITED", 4429, id="too-fast"),
        pytest.param("external", "EXTERNAL_SERVICE_ERROR", 1013, id="external"),
        pytest.param("bug", "INTERNAL_ERROR", 1011, id="bug"),
    ],
)
def test_failing_connect_is_visible(service, room, how, code, close_code):
    """Who is not let in sees why, and a code that a browser sees too; the room is left again."""
    with service.socket(f"{room}{how}/") as socket:
        frame = said(socket)
        end = closed(socket)

    assert frame["code"] == code
    assert end[0] == code_of(service, close_code)
    line = service.line(error_id=frame["error_id"], logger="crm.errors")
    assert (line["code"], line["correlation_id"]) == (code, frame["correlation_id"])
    assert line["route"].startswith("ws/rooms/<int:number>/")
    assert service.line(message=f"cleaned up {end[0]}", correlation_id=frame["correlation_id"])


@pytest.mark.parametrize("room", ["/ws/rooms/1/", "/ws/rooms/1/sync/"], ids=["async", "sync"])
@pytest.mark.parametrize("how", ["validation", "business", "permission", "not-found", "external"])
def test_socket_outlives_what_is_no_fault_of_ours(service, room, how):
    """A refused message is answered, and the next one is served."""
    with service.socket(room) as socket:
        socket.send(json.dumps({"type": "fail", "how": how}))
        frame = said(socket)
        socket.send('{"type": "echo"}')

        assert frame["type"] == "error"
        assert said(socket) == {"type": "echo"}


@pytest.mark.parametrize("room", ["/ws/rooms/1/", "/ws/rooms/1/sync/"], ids=["async", "sync"])
def test_killed_consumer_is_cleaned_up_and_told_once(service, layer, room):
    """A bug is one report; `disconnect` runs, the groups are left, the server has nothing to add."""
    with service.socket(room) as socket:
        socket.send('{"type": "fail", "how": "bug"}')
        frame = said(socket)

        assert closed(socket)[0] == code_of(service, 1011)
    correlation_id = frame["correlation_id"]
    service.line(logger="crm.access", correlation_id=correlation_id, code="INTERNAL_ERROR")
    assert service.line(
        message=f"cleaned up {code_of(service, 1011)}", correlation_id=correlation_id
    )
    told = service.lines(logger="crm.errors", correlation_id=correlation_id)
    assert [line["error_id"] for line in told] == [frame["error_id"]]
    assert "hunter2" not in json.dumps(frame)
    assert "Exception" not in service.output
    assert members(layer) == 0


def members(layer):
    """How many channels are in groups, once those that are about to leave have left."""
    until = time.monotonic() + PATIENCE
    with redis.Redis.from_url(layer.url) as valkey:
        while (found := _members(valkey)) and time.monotonic() < until:
            time.sleep(0.02)
    return found


def _members(valkey):
    return sum(valkey.zcard(name) for name in valkey.keys("asgi:group:*"))


def test_bug_at_the_end_is_told_once(service):
    """A `disconnect` that fails is a report, and leaves no group behind."""
    with service.socket("/ws/fragile/", additional_headers={"x-correlation-id": "at-the-end"}):
        pass

    assert (
        service.line(logger="crm.errors", correlation_id="at-the-end")["code"] == "INTERNAL_ERROR"
    )
    assert service.line(logger="crm.access", correlation_id="at-the-end")


@pytest.mark.parametrize(
    ("message", "says"),
    [
        pytest.param("{no", "line 1 column 2", id="text"),
        pytest.param("", "Not as expected", id="empty"),
        pytest.param(b"\x00\xff", "Not as expected", id="binary"),
        pytest.param("[" * 100_000, "Too deeply nested", id="deep"),
        pytest.param("9" * 5000, "Not as expected", id="number"),
    ],
)
def test_malformed_message_is_answered(service, message, says):
    """What is no JSON is the client's mistake, and no dead socket."""
    with service.socket("/ws/rooms/1/") as socket:
        socket.send(message)
        frame = said(socket)
        socket.send('{"type": "echo"}')

        assert frame["code"] == "MALFORMED_MESSAGE"
        assert says in frame["details"]["non_field_errors"][0]
        assert said(socket) == {"type": "echo"}


@pytest.mark.parametrize(
    "message", ["{no", b"\xff\xfe", "[" * 100_000], ids=["text", "bytes", "deep"]
)
def test_consumer_that_reads_json_itself(service, message):
    """Also a plain AsyncConsumer, whose own `json.loads` has failed of this very frame."""
    with service.socket("/ws/raw/") as socket:
        socket.send(message)
        frame = said(socket)
        socket.send('{"a": 1}')

        assert frame["code"] == "MALFORMED_MESSAGE"
        assert said(socket) == {"a": 1}


@pytest.mark.parametrize("path", ["/ws/nothing/", "/ws/rooms/x/", "/ws/rooms/1/a/b/c/", "/"])
def test_unknown_path_is_closed_quietly(service, path):
    """A scanner is no fault of ours: 4404, and no ERROR line."""
    with service.socket(path, subprotocols=["chat", "token"]) as socket:
        frame = said(socket)

        assert socket.subprotocol == "chat"
        assert (frame["code"], closed(socket)[0]) == ("NOT_FOUND", 4404)
    assert service.line(error_id=frame["error_id"], logger="crm.errors")["level"] == "WARNING"
    assert "Traceback" not in service.output


@pytest.mark.parametrize(
    ("how", "code", "close_code"),
    [
        pytest.param("deny", "PERMISSION_DENIED", 4403, id="DenyConnection"),
        pytest.param("close", "PERMISSION_DENIED", 4403, id="close"),
        pytest.param("code", "PERMISSION_DENIED", 4123, id="code-of-its-own"),
        pytest.param("auth", "AUTHENTICATION_FAILED", 4401, id="handle_auth_failure"),
    ],
)
def test_denied_client_sees_why(service, how, code, close_code):
    """However a consumer says no; that it has nothing to put away is no second report."""
    with service.socket(f"/ws/denied/{how}/") as socket:
        frame = said(socket)

        assert (frame["code"], closed(socket)[0]) == (code, close_code)
    service.line(logger="crm.access", correlation_id=frame["correlation_id"])
    assert len(service.lines(logger="crm.errors", correlation_id=frame["correlation_id"])) == 1
    assert service.line("security.log", error_id=frame["error_id"])["path"] == f"/ws/denied/{how}/"


def test_forged_origin_gets_no_socket(service):
    """What OriginValidator refuses stays a handshake that fails, and is in the security log."""
    with pytest.raises(InvalidStatus) as refused:
        service.socket("/ws/own/", origin="https://evil.example")

    assert refused.value.response.status_code == 403
    assert service.line("security.log", path="/ws/own/")["security_event"] == "permission_denied"


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "forgotten"])
def test_expelled_client_hears_it_once(service, is_sent):
    """Of `handle_auth_failure` in `receive` there is one frame, whoever sends it, and 4401."""
    with service.socket("/ws/rooms/1/") as socket:
        socket.send(json.dumps({"type": "expel", "send": is_sent}))

        assert said(socket)["code"] == "AUTHENTICATION_FAILED"
        assert closed(socket)[0] == 4401


def test_middleware_that_fails(service):
    """What fails before there is a consumer is seen, too."""
    with service.socket("/ws/broken/") as socket:
        assert said(socket)["code"] == "SERVICE_UNAVAILABLE"
        assert closed(socket)[0] == code_of(service, 1013)


def test_id_of_the_handshake_is_in_every_line(service):
    """Each message has an id of its own beside it, and what `connect` has bound."""
    with service.socket("/ws/rooms/1/", additional_headers={"x-correlation-id": "mine"}) as socket:
        for _ in range(2):
            socket.send('{"type": "echo"}')
            said(socket)

    lines = service.lines(message="received echo", correlation_id="mine")
    assert [line["message_id"] for line in lines] == ["mine-1", "mine-2"]
    assert {line["room"] for line in lines} == {"blue"}


def test_id_of_the_sender_reaches_the_group(service):
    """Whoever tells a group, a socket or a request, is named in the lines of those who hear it."""
    with (
        service.socket("/ws/rooms/1/", additional_headers={"x-correlation-id": "hearer"}) as hearer,
        service.socket("/ws/rooms/1/", additional_headers={"x-correlation-id": "teller"}) as teller,
    ):
        teller.send('{"type": "tell", "text": "from a socket"}')
        heard = said(hearer)
        said(teller)
        service.http.get("/tell/", headers={"x-correlation-id": "request", "user-agent": "tests"})
        said(hearer)

    assert heard == {"type": "told", "text": "from a socket"}
    line = service.line(message="told from a socket", socket_id="hearer")
    assert line["correlation_id"] == "teller"
    assert service.line(message="told hello", socket_id="hearer")["correlation_id"] == "request"


def test_group_message_that_breaks_a_receiver(service):
    """The failure of who hears it bears the id of who said it."""
    with service.socket(
        "/ws/rooms/1/", additional_headers={"x-correlation-id": "breaker"}
    ) as socket:
        socket.send('{"type": "tell", "text": "break"}')

        assert said(socket)["correlation_id"] == "breaker"
        assert closed(socket)[0] == code_of(service, 1011)


def test_figures_of_sockets(service):
    """Open sockets are counted down to none; endpoints are routes."""
    before = service.figures("ws_message_count_total")
    labels = 'endpoint="/ws/rooms/<int:number>/",message_type="echo"'
    with service.socket("/ws/rooms/77/") as socket:
        socket.send('{"type": "echo"}')
        said(socket)
        open_now = service.figures("ws_connections_total")[""]

    assert open_now >= 1
    service.figure("ws_message_count_total", before.get(labels, 0) + 1, labels)
    service.figure("ws_connections_total", 0)
    counted = re.findall(r'endpoint="([^"]*)"', " ".join(service.figures("ws_error_count_total")))
    assert not [endpoint for endpoint in counted if re.search(r"\d", endpoint)]


def test_client_that_vanishes(service, layer):
    """A connection that is cut in the middle of an answer is no failure; its room is left."""
    with create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(HANDSHAKE % service.port)
        assert connection.recv(4096).startswith(b"HTTP/1.1 101")
        connection.sendall(b"\x81\x92\0\0\0\0" + b'{"type": "stream"}')
        connection.recv(4096)
        # The kernel cuts it, without a goodbye.
        connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))

    line = service.line(logger="crm.access", correlation_id="vanished")
    assert line["close_code"] in {1005, 1006}  # uvicorn may have noticed no cut
    assert service.lines(logger="crm.errors", correlation_id="vanished") == []
    assert members(layer) == 0


def test_what_is_sent_behind_the_end_goes_nowhere(service):
    """A consumer that closes and goes on is not punished for it."""
    with service.socket("/ws/rooms/1/", additional_headers={"x-correlation-id": "on"}) as socket:
        socket.send('{"type": "close"}')

        assert closed(socket)[0] == 4000
    assert service.line(logger="crm.access", correlation_id="on")["close_code"] == 4000
    assert service.lines(logger="crm.errors", correlation_id="on") == []


def test_handshake_full_of_rubbish(service):
    """What a client forges in its headers becomes no id, no line of the log and no failure."""
    headers = {
        "x-correlation-id": "a b \xe9;",
        "cookie": "\xff=;;=\xfe",
        "authorization": "Bearer " + "x" * 5000,
        "x_real_ip": "10.0.0.1",
    }
    with service.socket("/ws/rooms/1/permission/", additional_headers=headers) as socket:
        frame = said(socket)

    assert re.fullmatch("[0-9a-f-]{36}", frame["correlation_id"])
    assert (
        service.line(error_id=frame["error_id"], logger="crm.errors")["remote_addr"] == "127.0.0.1"
    )


def test_many_failures_stay_small(service):
    """What was told is forgotten with its message; frames of exceptions are not kept."""
    with service.socket("/ws/rooms/1/") as socket:

        def fail(times):
            for _ in range(times):
                socket.send('{"type": "fail", "how": "business"}')
            return [said(socket)["error_id"] for _ in range(times)]

        fail(100)
        before = service.memory
        ids = fail(400)

    assert len(set(ids)) == 400
    assert service.memory - before < 10_000_000


def test_nobody_has_anything_to_complain_of(service):
    """In all of this neither the server nor Fireline itself has failed."""
    assert "Exception" not in service.output
    assert service.lines(logger="fireline") == []
