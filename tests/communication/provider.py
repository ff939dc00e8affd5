"""A server that speaks like the Cloud API, Slack, PagerDuty and a receiver of webhooks; or misbehaves."""

import json
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest, digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

TOKEN = "EAAtoken"
SECRET = "whsec_" + b64encode(b"a secret of 24 bytes, 123").decode()

Behaviour = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Provider:
    """What it has received, and how it will answer next; where nothing is said, as it should."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    behaviours: deque[Behaviour] = field(default_factory=deque)
    is_over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def will(self, *behaviours: Behaviour) -> None:
        """Let the next requests be answered so, one after the other."""
        self.behaviours.extend(behaviours)


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.received = Received(self.path, headers, body)
        self.provider.received.append(self.received)
        behaviours = self.provider.behaviours
        behaviour = behaviours.popleft() if behaviours else as_it_should
        behaviour(self)

    def say(self, status: int, body: Any, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


def as_it_should(handler: Handler) -> None:
    received = handler.received
    if received.path.endswith("/messages"):
        cloud_api(handler)
    elif received.path.startswith("/services/"):
        handler.say(200, b"ok")
    elif received.path == "/v2/enqueue":
        event = received.json
        key = event.get("dedup_key") or "made-up"
        handler.say(202, {"status": "success", "message": "Event processed", "dedup_key": key})
    else:
        handler.say(204 if is_signed(received) else 401, b"")


def cloud_api(handler: Handler) -> None:
    received = handler.received
    if received.headers.get("authorization") != f"Bearer {TOKEN}":
        handler.say(401, error_of(190, "Invalid OAuth access token"))
        return
    to = received.json["to"]
    handler.say(
        200,
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": f"wamid.{len(handler.provider.received)}"}],
        },
    )


def is_signed(received: Received) -> bool:
    """As https://www.standardwebhooks.com/ has it."""
    content = b".".join(
        (
            received.headers["webhook-id"].encode(),
            received.headers["webhook-timestamp"].encode(),
            received.body,
        )
    )
    key = b64decode(SECRET.removeprefix("whsec_"))
    wanted = f"v1,{b64encode(digest(key, content, 'sha256')).decode()}"
    return compare_digest(received.headers["webhook-signature"], wanted)


def error_of(code: int, message: str = "It failed", **more: Any) -> dict[str, Any]:
    data = {"messaging_product": "whatsapp", "details": "Read the manual."}
    return {"error": {"message": f"(#{code}) {message}", "code": code, "error_data": data, **more}}


def says(status: int, body: Any, **headers: str) -> Behaviour:
    return lambda handler: handler.say(status, body, **headers)


def never_answers(handler: Handler) -> None:
    handler.provider.is_over.wait(30)
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True


def closes_half_way(handler: Handler) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"messages": [{"id": "wam')
    handler.close_connection = True


def trickles(handler: Handler) -> None:
    """One byte at a time, each just before a time-out of the socket would strike."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.provider.is_over.wait(0.05):
        try:
            handler.wfile.write(b"a")
        except OSError:
            break
    handler.close_connection = True


@contextmanager
def serving(host: str = "127.0.0.1", context: Any = None) -> Iterator[Provider]:
    """A provider at a free port; with TLS where a context is given."""
    provider = Provider(host)
    handler = type("HandlerOfThis", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer((host, 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    provider.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.is_over.set()
        server.shutdown()
        thread.join(5)
        server.server_close()
