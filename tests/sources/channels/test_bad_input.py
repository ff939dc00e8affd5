"""What clients do to a service that limits each socket: 20 messages and 100,000 bytes a second."""

import json
from contextlib import ExitStack, suppress

from tests.sources.channels.running import closed, said


def answer(socket):
    """The next message that is no error."""
    while (message := said(socket)).get("type") == "error":
        continue
    return message


def test_flood_is_answered_once_a_second(alone):
    """Thousands of messages cost their sender an answer, others nothing, and no memory."""
    before = alone.memory
    with alone.socket("/ws/rooms/1/") as flooding, alone.socket("/ws/rooms/1/") as other:
        for _ in range(5000):
            flooding.send('{"type": "echo"}')
        other.send('{"type": "echo", "id": 1}')
        others = said(other)
        frames = [said(flooding)]
        while "again" not in frames[-1]:  # until a second has refilled what it may say
            flooding.send('{"type": "echo", "again": true}')
            with suppress(TimeoutError):
                frames.append(json.loads(flooding.recv(0.05)))

    refused = [frame for frame in frames if frame["type"] == "error"]
    assert others == {"type": "echo", "id": 1}
    assert {frame["code"] for frame in refused} == {"RATE_LIMITED"}
    assert refused[0]["details"]["retry_after"] == 1
    assert len(refused) < 40, "A flood is not answered by a flood."
    assert alone.memory - before < 30_000_000
    assert (
        alone.line("security.log", error_id=refused[0]["error_id"])["security_event"]
        == "rate_limited"
    )


def test_huge_message(alone):
    """A message that would never be let through is too large, and the socket stays."""
    with alone.socket("/ws/rooms/1/") as socket:
        socket.send(json.dumps({"type": "echo", "text": "x" * 1_000_000}))
        frame = said(socket)
        socket.send('{"type": "echo"}')

        assert frame["code"] == "PAYLOAD_TOO_LARGE"
        assert frame["details"] == {"bytes": 1_000_028, "bytes_at_most": 100_000}
        assert said(socket) == {"type": "echo"}


def test_message_beyond_what_the_server_takes(alone):
    """The server closes with 1009; the consumer is cleaned up all the same."""
    headers = {"x-correlation-id": "beyond"}
    with alone.socket("/ws/rooms/1/", additional_headers=headers) as socket:
        socket.send("x" * 17_000_000)

        assert closed(socket)[0] == 1009
    assert alone.line(logger="crm.access", correlation_id="beyond")["close_code"] == 1009
    assert alone.lines(logger="crm.errors", correlation_id="beyond") == []


def test_blocked_consumers_hold_up_no_other(alone):
    """Threads of consumers, sync and async, hang; the sockets beside them are served."""
    with ExitStack() as stack:
        for _ in range(4):
            blocked = stack.enter_context(alone.socket("/ws/rooms/1/sync/"))
            blocked.send('{"type": "block"}')
            also = stack.enter_context(alone.socket("/ws/fragile/"))
            also.send("block")
        free = stack.enter_context(alone.socket("/ws/rooms/1/sync/"))
        free.send('{"type": "echo"}')
        other = stack.enter_context(alone.socket("/ws/rooms/1/"))
        other.send('{"type": "fail", "how": "business"}')

        assert said(free) == {"type": "echo"}
        assert said(other)["code"] == "BUSINESS_RULE_VIOLATED"
        free.send('{"type": "open"}')
        assert said(blocked) == {"type": "block"}


def test_labels_stay_few(alone):
    """Types and close codes that clients invent share one label each."""
    for turn in range(20):
        with alone.socket("/ws/rooms/1/") as socket:
            for number in range(10):
                socket.send(json.dumps({"type": f"invented-{turn}-{number}"}))
            socket.send('{"type": "echo"}')
            answer(socket)
            socket.close(4000 + turn * 37)
    labels = 'close_code="other",reason="other"'

    alone.figure("ws_close_reason_count_total", 20, labels)
    types = " ".join(alone.figures("ws_message_count_total"))
    assert "invented" not in types
    assert 'message_type="other"' in types


def test_many_sockets_in_turn_leave_nothing_behind(alone):
    """What sockets take is given back: once rings and tables are full, memory stays."""

    def visit(times):
        for _ in range(times):
            with alone.socket("/ws/rooms/1/") as socket:
                socket.send('{"type": "fail", "how": "bug"}')
                said(socket)

    grown = []
    while not grown or (grown[-1] > 1_000_000 and len(grown) < 15):
        before = alone.memory
        visit(75)
        grown.append(alone.memory - before)

    assert grown[-1] <= 1_000_000, f"75 sockets still take memory: {grown}"
    alone.figure("ws_connections_total", 0)
