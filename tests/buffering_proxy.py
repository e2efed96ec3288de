"""A company's proxy between a device and its gateway: it takes a whole request before it passes it on, and may block PATCH."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


@contextmanager
def buffering(address: str, blocks_patch: bool = False) -> Iterator[str]:
    """The proxy's address; what it takes goes to ``address``."""
    class Relay(BaseHTTPRequestHandler):
        def relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if blocks_patch and self.command == "PATCH":
                self.send_response(405)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answer = requests.request(self.command, address + self.path, data=body, headers={**self.headers}, timeout=60)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_GET = do_POST = do_PATCH = do_HEAD = relay

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()
