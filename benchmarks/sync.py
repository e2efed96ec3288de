"""Loopback throughput of one 200 MB file: our uploader against a real gateway, beside a plain requests.put.

``python -m benchmarks.sync [MB]`` prints MB/s of each, the share, and how much the memory of both processes rose.
"""

import os
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import requests

from app.sync.outbox import Outbox
from app.sync.uploader import Uploader
from tests.gateway_process import enrolled, open_store, running_gateway


class Sink(BaseHTTPRequestHandler):
    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        with tempfile.TemporaryFile() as file:
            while left:
                piece = self.rfile.read(min(left, 1 << 20))
                file.write(piece)
                left -= len(piece)
            file.flush()
            os.fsync(file.fileno())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        return


class Peak:
    """The highest resident memory of a process while the block runs, in MB above its start."""

    def __init__(self, pid: int) -> None:
        self.process, self.highest, self.done = psutil.Process(pid), 0, threading.Event()

    def __enter__(self) -> "Peak":
        self.start = self.process.memory_info().rss
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.done.wait(0.02):
            self.highest = max(self.highest, self.process.memory_info().rss)

    @property
    def rise_mb(self) -> float:
        return max(0, self.highest - self.start) / 1e6


def plain_put(path: Path) -> float:
    with ThreadingHTTPServer(("127.0.0.1", 0), Sink) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        began = time.perf_counter()
        with open(path, "rb") as file:
            requests.put(f"http://127.0.0.1:{sink.server_port}/", data=file, timeout=120)
        seconds = time.perf_counter() - began
        sink.shutdown()
    return seconds


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as name, running_gateway(Path(name) / "gateway") as gateway:
        folder = Path(name)
        device = enrolled(gateway, folder / "device")
        file = device.file("case-bench", os.urandom(megabytes * 1_000_000))
        manifest = device.manifest("case-bench", file)
        with open_store(folder / "store") as store:
            outbox, client = Outbox(store), device.client(gateway)
            outbox.enqueue(manifest, device.sign(manifest))
            uploader = Uploader(client, outbox, device.path, lambda receipt: None)
            with Peak(os.getpid()) as ours, Peak(gateway.process.pid) as theirs:
                began = time.perf_counter()
                assert uploader.run_once().receipted == 1
                seconds = time.perf_counter() - began
            client.close()
        put = plain_put(device.path("case-bench", file))
    print(f"plain put with one fsync  {megabytes / put:7.0f} MB/s")
    print(f"outbox to receipt         {megabytes / seconds:7.0f} MB/s  ({put / seconds:.2f} of plain put)")
    print(f"memory above start        client {ours.rise_mb:.0f} MB, gateway {theirs.rise_mb:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
