"""Thousands of sockets in one process: as little work for each frame as can be, for both sides the same."""

import asyncio
import os
import struct
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Final

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_ZERO_MASK: Final = b"\0\0\0\0"


@dataclass
class Hall:
    """All sockets of one server, and when the last of them heard what was waited for."""

    sockets: list["Socket"] = field(default_factory=list)
    missing: int = 0
    last_heard: float = 0.0
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def open(self) -> int:
        """How many are still connected."""
        return sum(not socket.closed for socket in self.sockets)

    def expect(self, frames: int) -> None:
        """Wait for so many frames at each socket from now on."""
        self.missing = frames * len(self.sockets)
        self.complete.clear()

    def heard(self) -> None:
        """One frame came to one socket."""
        self.missing -= 1
        if self.missing == 0:
            self.last_heard = time.perf_counter()
            self.complete.set()


class Socket(asyncio.Protocol):
    """One connection: shakes hands, answers pings, counts frames and remembers them as one number."""

    def __init__(self, hall: Hall, address: str, protocols: str) -> None:
        self.hall, self.closed, self.frames, self.digest = hall, False, 0, 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.last: list[bytes] = []
        # Why the server closed it, where it said so.
        self.code: int | None = None
        self._ahead = b""
        lines = [f"GET {address} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Protocol: {protocols}"] if protocols else []
        self._request = "\r\n".join([*lines, "", ""]).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Frames, perhaps in pieces."""
        data = self._ahead + data
        if not self.ready.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._ahead = head
                return
            if b" 101 " not in head[:20]:
                self.ready.set_exception(ConnectionError(head[:200].decode()))
                return
            self.ready.set_result(None)
        self._ahead = self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self.closed = True

    def _take(self, data: bytes) -> bytes:
        at = 0
        while len(data) >= at + 4:
            opcode, length, begins = data[at] & 15, data[at + 1] & 127, at + 2
            if length == 126:
                (length,), begins = struct.unpack_from("!H", data, begins), begins + 2
            if len(data) < begins + length:
                break
            self._heard(opcode, data[begins : begins + length])
            at = begins + length
        return data[at:]

    def _heard(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            self.frames += 1
            if not payload.startswith(b'{"type":"ready"'):
                self.digest = hash((self.digest, payload))
                self.last = [*self.last[-1:], payload]
                self.hall.heard()
        elif opcode == _PING:
            self._transport.write(bytes([128 | _PONG, 128 | len(payload)]) + _ZERO_MASK + payload)
        elif opcode == _CLOSE:
            self.code = int.from_bytes(payload[:2])
            self.closed = True


async def open_sockets(hall: Hall, count: int, port: int, address: str, protocols: str = "") -> None:
    """So many more, some at a time."""
    turn, loop = asyncio.Semaphore(32), asyncio.get_running_loop()

    async def one() -> None:
        async with turn:
            _transport, socket = await loop.create_connection(
                lambda: Socket(hall, address, protocols), "127.0.0.1", port
            )
            await asyncio.wait_for(socket.ready, 60)
            hall.sockets.append(socket)

    await asyncio.gather(*(one() for _ in range(count)))
