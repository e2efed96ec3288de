"""Receivers that do no more than take bytes and put them on the disk with one fsync at the end, each a process of its own:
``python -m benchmarks.lines.sinks gateway|http|socket FOLDER`` prints its port.

``gateway`` is the gateway's own server, its settings and its events, around a handler of five lines; ``http`` is the standard
library's server, which hands a body over as a file.
"""

import os
import socketserver
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.server import run

PIECE = 1 << 20
FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def _keep(read, length: int) -> None:
    with tempfile.TemporaryFile(dir=FOLDER, buffering=0) as file:
        while length:
            piece = read(min(length, PIECE))
            file.write(piece)
            length -= len(piece)
        os.fsync(file.fileno())


class Put(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        _keep(self.rfile.read, int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


async def take(request: Request) -> Response:
    with tempfile.TemporaryFile(dir=FOLDER, buffering=0) as file:
        async for piece in request.stream():
            file.write(piece)
        os.fsync(file.fileno())
    return Response(status_code=204)


class Raw(socketserver.StreamRequestHandler):
    """Eight bytes of length, the bytes, then one byte back."""

    def handle(self) -> None:
        _keep(self.rfile.read, int.from_bytes(self.rfile.read(8)))
        self.wfile.write(b"k")


@contextmanager
def sink(kind: str, folder: Path) -> Iterator[tuple[int, int]]:
    """(port, process id) of a running one."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.lines.sinks", kind, str(folder)],
                               stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def main(kind: str) -> None:
    if kind == "gateway":
        run(Starlette(routes=[Route("/", take, methods=["PUT"])]), "127.0.0.1", 0, None, "", False,
            lambda address: print(address.rpartition(":")[2], flush=True))
        return
    server = ThreadingHTTPServer if kind == "http" else socketserver.ThreadingTCPServer
    with server(("127.0.0.1", 0), Put if kind == "http" else Raw) as serving:
        print(serving.server_address[1], flush=True)
        serving.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
