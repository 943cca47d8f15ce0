"""A vendor of which nothing is known but what README.md's small target calls: `GET /account` and `POST /people`."""

from __future__ import annotations

import http.server
import json
import threading
from collections import Counter
from typing import Any


class ExampleVendor(http.server.ThreadingHTTPServer):
    """Has people by their numbers, and texts each one who is new; or everybody on each call, `texts_again`."""

    daemon_threads = True
    no_access = {"api_key": "wrong-key"}  # noqa: RUF012 - it is never changed

    def __init__(self, *, texts_again: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        address = f"http://127.0.0.1:{self.server_port}"
        self.settings = {"api_key": "example-key", "api_url": address, "default_action": "subscribe"}
        self.people: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.texted: Counter[str] = Counter()
        self.revoked: set[str] = set()
        self.texts_again = texts_again
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()

    def __exit__(self, *args: Any) -> None:  # noqa: PYI036 - they are handed on as they are
        self.shutdown()
        super().__exit__(*args)

    def answer(self, request: _Requests, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked[request.command] += 1
        if request.headers["X-Api-Key"] != self.settings["api_key"]:
            return 401, {}
        if request.command == "POST":
            phone = body["phone"]
            if phone in self.revoked:
                self.revoked.remove(phone)
                return 401, {}
            self.texted[phone] += self.texts_again or phone not in self.people
            self.people[phone] = body
        return 200, {}

    def held(self) -> dict[str, Any]:
        return dict(self.people)

    def reached(self) -> set[str]:
        return set(self.people)

    def texts(self) -> dict[str, Any]:
        return dict(self.texted)

    def calls(self) -> int:
        return self.asked.total()

    def changes(self) -> int:
        return self.asked["POST"]

    def break_at(self, phone: str) -> None:
        self.revoked.add(phone)


class _Requests(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ExampleVendor

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        status, answer = self.server.answer(self, body)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 - the library's name

    def log_message(self, *args: object) -> None:
        """Nothing is logged."""
