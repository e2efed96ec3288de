"""Runs the application on a socket that is really listening before anyone is told, until it is asked to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from gateway.conditions import FILE_UNREADABLE, PORT_TAKEN
from gateway.protocol import HttpProtocol, keep_memory

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
SHUTDOWN_S = 5


class _Server(uvicorn.Server):
    """Says when it listens, and takes a stop signal as the end of its work, not as a death by signal."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_start()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(app: FastAPI, host: str, port: int, tls: tuple[Path, Path] | None, proxies: str,
        stop_with_stdin: bool, started: Callable[[str], None]) -> None:
    """Serve until a signal, or until standard input closes. ``started`` hears the address once it really listens.

    ``proxies``: addresses whose word on the caller's address and scheme is believed, joined by commas.
    """
    keep_memory()
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"{'https' if tls else 'http'}://{shown}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=SHUTDOWN_S,
        ssl_certfile=tls[0] if tls else None, ssl_keyfile=tls[1] if tls else None, lifespan="on", ws="none", http=HttpProtocol,
        proxy_headers=bool(proxies), forwarded_allow_ips=proxies)
    if tls:
        try:
            config.load()
        except OSError as error:  # ssl's errors are such too
            raise FILE_UNREADABLE(name="--tls-certificate, --tls-key", why=error.strerror or "unusable") from error
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    server = _Server(config, lambda: started(address))
    if stop_with_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), name="stdin", daemon=True).start()
    with listening:
        asyncio.run(server.serve(sockets=[listening]))


def configure_logging() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there the option would let a second program take the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise PORT_TAKEN(address=f"{host}:{port}") from error
    listening.setblocking(False)
    return listening


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
