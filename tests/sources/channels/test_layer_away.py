"""A channel layer that goes away while sockets are open."""

from tests.running import valkey
from tests.sources.channels.running import closed, said, serving


def test_lost_channel_layer_is_told_once(tmp_path):
    """The socket closes as one that may be tried again; that nothing can be left is no second report."""
    with (
        valkey() as layer,
        serving("uvicorn", tmp_path, TESTS_LAYER=layer.url) as service,
        service.socket("/ws/rooms/1/", additional_headers={"x-correlation-id": "away"}) as socket,
    ):
        socket.send('{"type": "echo"}')
        said(socket)
        layer.end()
        frame = said(socket)

        assert frame["code"] == "SERVICE_UNAVAILABLE"
        assert closed(socket)[0] == 1013
        service.line(logger="crm.access", correlation_id="away")
        told = service.lines(logger="crm.errors", correlation_id="away")
        assert [line["error_id"] for line in told] == [frame["error_id"]]
        assert "Exception" not in service.output
