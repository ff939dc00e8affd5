"""
Meta's Cloud API, as far as the CRM needs it: takes messages, and tells later what became of them.

The last digit of a number decides what happens, so that everything can be tried.
"""

import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import time
from typing import Any
from urllib.request import Request, urlopen

NOT_THERE, TOO_LATE, REFUSED_LATER = "9", "8", "7"

_WINDOW = {
    "code": 131047,
    "title": "Re-engagement message",
    "error_data": {"details": "More than 24 hours have passed since the customer last replied."},
}
_UNDELIVERABLE = {
    "error": {
        "message": "(#131026) Message undeliverable",
        "code": 131026,
        "error_data": {"details": "This number is not on WhatsApp."},
    }
}


class CloudAPI:
    """The server; `tells` is where it posts what became of messages."""

    token = app_secret = tells = ""

    def __init__(self) -> None:
        self.count = 0
        self.pause = Event()  # never set: somewhere to wait

    def start(self) -> str:
        """Its address; it runs as long as this process."""
        handler = type("Handler", (_Handler,), {"api": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/v26.0"

    def taken(self, message: dict[str, Any]) -> str:
        """The id of a message that is on its way now."""
        self.count += 1
        message_id = f"wamid.standin{int(time())}{self.count:04}"
        Thread(target=self._travel, args=(message, message_id), daemon=True).start()
        return message_id

    def _travel(self, message: dict[str, Any], message_id: str) -> None:
        refused = message["to"].endswith(REFUSED_LATER) and message["type"] == "text"
        for status in ("failed",) if refused else ("sent", "delivered", "read"):
            self.pause.wait(1.5)
            told = {
                "id": message_id,
                "status": status,
                "timestamp": str(int(time())),
                "recipient_id": message["to"],
                "biz_opaque_callback_data": message["biz_opaque_callback_data"],
                **({"errors": [_WINDOW]} if refused else {}),
            }
            self._tell({"messaging_product": "whatsapp", "statuses": [told]})

    def _tell(self, value: dict[str, Any]) -> None:
        changes = [{"field": "messages", "value": value}]
        body = json.dumps({"entry": [{"id": "0", "changes": changes}]}).encode()
        digest = hmac.new(self.app_secret.encode(), body, "sha256").hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        headers["User-Agent"] = "facebookexternalua"
        try:
            urlopen(Request(self.tells, body, headers), timeout=5).close()
        except OSError:  # the CRM is being stopped
            return


class _Handler(BaseHTTPRequestHandler):
    api: CloudAPI

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") != f"Bearer {self.api.token}":
            self._say(401, {"error": {"message": "Invalid OAuth access token", "code": 190}})
            return
        message = json.loads(body)
        if message["to"].endswith(NOT_THERE):
            self._say(400, _UNDELIVERABLE)
            return
        message_id = self.api.taken(message)
        if message["to"].endswith(TOO_LATE):
            self.api.pause.wait(20)
        self._say(200, {"messaging_product": "whatsapp", "messages": [{"id": message_id}]})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)
        except OSError:  # nobody waits any more
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """The CRM's own log tells of each message."""
