"""A TCP proxy between a device and its gateway that does to chosen connections what bad networks do."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

PIECE = 16384
SILENCE_S = 0.2  # after which a request is taken to be over
LATE_S = 2.0  # the latest that what is late comes


@dataclass(frozen=True)
class Fault:
    """What befalls one connection. ``up`` is towards the bank, ``down`` towards the device; bytes are counted from the
    connection's start, so a value of k lets k bytes pass.

    ``cut_*`` tears both ends, ``stall_*`` passes nothing more and keeps the line open, ``flip_*`` changes the lowest bit
    of one byte. ``lose_answer_to`` lets the first request whose bytes contain it reach the bank, then tears the line as
    the bank answers. ``repeat_answers`` sends each piece of an answer twice. ``delay_s`` is for each piece, each way;
    ``rate`` bytes a second each way. ``reset`` tears with RST instead of FIN. ``late_to`` keeps the first request whose
    bytes contain it after ``late_up`` bytes, and what follows, and lets it reach the bank only when the device has given the line
    up and others have carried ``later`` bytes since.
    """

    cut_up: int | None = None
    cut_down: int | None = None
    stall_up: int | None = None
    stall_down: int | None = None
    flip_up: int | None = None
    flip_down: int | None = None
    lose_answer_to: bytes = b""
    answer_to: bytes = b""
    answer: bytes = b""
    late_to: bytes = b""
    late_up: int = 0
    later: int = 0
    repeat_answers: bool = False
    delay_s: float = 0.0
    rate: float | None = None
    reset: bool = False


class FaultProxy:
    """``coming`` holds the faults of the next connections in turn; after them ``usual`` holds for each.

    ``sent_up``/``sent_down`` count bytes passed on, ``connections`` those accepted, ``torn`` those cut by a fault.
    """

    def __init__(self, address: str, *coming: Fault) -> None:
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.target = (host, int(port))
        self.coming = list(coming)
        self.usual = Fault()
        self.sent_up = self.sent_down = self.connections = self.torn = 0
        self._lines: set[_Line] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = None
        self._port = 0
        self.online()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def online(self) -> None:
        """Listen (again), always at the same port."""
        self._do(self._listen())

    def offline(self) -> None:
        """Tear every connection and refuse new ones."""
        self._do(self._end())

    def tear(self) -> None:
        """Tear every connection of now; new ones are welcome."""
        self._do(self._tear_all())

    def close(self) -> None:
        self.offline()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def passed_up(self, _line: "_Line", data: bytes) -> None:
        """These bytes of one connection went on to the bank."""
        self.sent_up += len(data)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.result(60)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, backlog=256)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        await self._tear_all()

    async def _tear_all(self) -> None:
        lines = list(self._lines)
        for line in lines:
            line.tear()
        await asyncio.gather(*(line.over.wait() for line in lines))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        fault = self.coming.pop(0) if self.coming else self.usual
        try:
            bank = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self, fault, (reader, writer), bank)
        self._lines.add(line)
        await line.run()
        self._lines.discard(line)


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Line:
    """One connection: two pumps, torn together."""

    def __init__(self, proxy: FaultProxy, fault: Fault, device: Ends, bank: Ends) -> None:
        self.proxy, self.fault = proxy, fault
        self.device, self.bank = device, bank
        self.over = asyncio.Event()
        self._seen = b""
        for _, writer in (device, bank):
            writer.transport.set_write_buffer_limits(high=0)  # drained means handed to the system: a tear loses nothing

    async def run(self) -> None:
        pumps = [asyncio.create_task(work) for work in (self._up(), self._down(), self.over.wait())]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        self.tear()

    def tear(self) -> None:
        for _, writer in (self.device, self.bank):
            sock = writer.get_extra_info("socket")
            if self.fault.reset and sock.fileno() >= 0:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        self.over.set()

    async def _up(self) -> None:
        fault = self.fault
        async for data in self._pieces(self.device[0], self.bank[1], fault.cut_up, fault.stall_up, fault.flip_up):
            self.proxy.passed_up(self, data)
            if fault.lose_answer_to:
                self._seen = (self._seen + data)[-2 * PIECE:]

    async def _down(self) -> None:
        fault = self.fault
        async for data in self._pieces(self.bank[0], self.device[1], fault.cut_down, fault.stall_down, fault.flip_down):
            self.proxy.sent_down += len(data)
            if fault.repeat_answers:
                self.device[1].write(data)

    async def _pieces(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, cut: int | None,
                      stall: int | None, flip: int | None) -> AsyncIterator[bytes]:
        """Pass on what comes until the end or the cut; yields each piece after it went."""
        passed = 0
        with contextlib.suppress(OSError):
            while data := await source.read(PIECE):
                if self._unwanted(source):
                    self.proxy.torn += 1
                    return
                if source is self.device[0] and await self._answered(data):
                    self.proxy.torn += 1
                    return
                if source is self.device[0] and passed >= self.fault.late_up and await self._late(data):
                    return
                data = data[:min((limit - passed for limit in (cut, stall) if limit is not None), default=len(data))]
                data = _flipped(data, flip - passed) if flip is not None else data
                if self.fault.delay_s or self.fault.rate:
                    await asyncio.sleep(self.fault.delay_s + len(data) / (self.fault.rate or float("inf")))
                sink.write(data)
                await sink.drain()
                passed += len(data)
                yield data
                if passed == stall:
                    await self.over.wait()
                if passed == cut:
                    self.proxy.torn += 1
                    return

    async def _answered(self, data: bytes) -> bool:
        """Whether the request that begins in ``data`` was answered here, after all of it was swallowed."""
        if not self.fault.answer_to or self.fault.answer_to not in data:
            return False
        with contextlib.suppress(TimeoutError):
            while await asyncio.wait_for(self.device[0].read(PIECE), SILENCE_S):
                pass
        self.device[1].write(self.fault.answer)
        await self.device[1].drain()
        return True

    async def _late(self, data: bytes) -> bool:
        """Whether a request that begins in ``data`` came to the bank late, and nobody heard its answer."""
        if not self.fault.late_to or self.fault.late_to not in data:
            return False
        data += await self.device[0].read()
        passed = self.proxy.sent_up
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_S):
                while self.proxy.sent_up < passed + self.fault.later:
                    await asyncio.sleep(0.005)
        self.bank[1].write(data)
        self.proxy.passed_up(self, data)
        self.proxy.torn += 1
        await self.over.wait()
        return True

    def _unwanted(self, source: asyncio.StreamReader) -> bool:
        wanted = self.fault.lose_answer_to
        return bool(wanted) and source is self.bank[0] and wanted in self._seen


def _flipped(data: bytes, at: int) -> bytes:
    if not 0 <= at < len(data):
        return data
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
