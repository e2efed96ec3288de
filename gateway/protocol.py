"""How the server takes bytes from a connection: in large pieces, and always into the same memory."""

import asyncio
import ctypes
import sys

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ROOM_FIRST, ROOM_MAX = 64 << 10, 1 << 20
KEPT = 64 << 20
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h


class HttpProtocol(HttpToolsProtocol, asyncio.BufferedProtocol):
    """uvicorn's own protocol, read through one buffer a connection instead of fresh memory for each piece; it grows where more
    came than it holds, so that a body arrives in few large events."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self._room = memoryview(bytearray(ROOM_FIRST))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(self._room[:nbytes])
        if nbytes == len(self._room) < ROOM_MAX:
            self._room = memoryview(bytearray(2 * nbytes))

    def on_body(self, body: bytes) -> None:
        """The first piece of an event goes on as it is, where uvicorn would copy it into its own memory and out again; and
        reading pauses only where the application is behind, not after every piece."""
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.body = cycle.body + body if cycle.body else body
            if len(cycle.body) > ROOM_MAX:
                self.flow.pause_reading()
            cycle.message_event.set()


def keep_memory() -> None:
    """Let glibc keep what pieces of bodies are made of; else it gives them back to the system and asks for new pages each
    time, which costs more than hashing what is in them. Other systems' allocators have no such call."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(M_MMAP_THRESHOLD, KEPT)
        mallopt(M_TRIM_THRESHOLD, KEPT)
